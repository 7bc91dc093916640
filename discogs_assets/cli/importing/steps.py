"""The assets that an import of a month materializes, and their config."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

import dagster as dg

from discogs_assets.derived.compute import import_of, missing_inputs
from discogs_assets.derived.tables import DERIVED, Derived
from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day
from discogs_assets.errors import SettingError
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.orchestration.partitions import refuse_unknown
from discogs_assets.platform import Platform
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.changes.compare import compare
from discogs_assets.sources.dumps.download import file_of, published_checksum
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.keys import change_key, dump_key, load_step, records_key
from discogs_assets.sources.dumps.keys import table_key as dumped_key
from discogs_assets.sources.dumps.month_choice import MonthChoice
from discogs_assets.sources.dumps.publish import is_current, refuse_unread
from discogs_assets.sources.dumps.raw_files import find_stored, stored_name
from discogs_assets.sources.dumps.sensor.published import stored_sha256
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.names import TableId
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months


@dataclass(frozen=True)
class Request:
    """What to import: `types` and `month` as in `MonthChoice`.

    `force` imports again from the dump file on, `full` from the Parquet files on and without
    using other months; `accept` loads a month that fails its checks. `verify` compares every key,
    also of imported months.
    """

    types: Sequence[str]
    month: date | None = None
    limit: int | None = None
    skip_download: bool = False
    force: bool = False
    full: bool = False
    accept: bool = False
    verify: bool = False

    @property
    def loads_anew(self) -> bool:
        return self.force or self.full


class ImportSteps:
    """The steps of one import; each method looks anew at what lake and warehouse have."""

    def __init__(self, platform: Platform, request: Request, progress: Progress) -> None:
        self.platform = platform
        self.request = request
        self.progress = progress
        self.source = platform.source
        self.choice = MonthChoice(
            self.source.publication,
            lambda: platform.dumps.catalogue,
            platform.store,
            request.types,
            request.month,
            is_stored=request.skip_download,
        )

    @property
    def month(self) -> date:
        return self.choice.month

    @property
    def types(self) -> Mapping[str, DumpType]:
        """Every dump type of the source."""
        return self.source.dump_types

    def refuse_impossible(self) -> None:
        """Raise an error, before anything is done, if a file is missing or a month would shrink."""
        if not self.source.partitions:
            refuse_unknown(self.month)
        for dump_type in self.choice.types:
            if self.request.skip_download:
                stored_name(self.source.publication, self.platform.store, dump_type, self.month)
            else:
                file_of(self.choice.dump, dump_type)
            self.refuse_fewer_records(dump_type)

    def refuse_fewer_records(self, dump_type: str) -> None:
        lake, limit = self.platform.lake, self.request.limit
        if not self.request.force:
            refuse_unread(lake, dump_type, self.month, limit)
        elif limit is not None:
            published = lake.find(dump_type, self.month)
            if published is not None and published.is_full:
                raise SettingError(
                    f"{dump_type} {dump_day(self.month)}: imported in full, and --force --limit "
                    "would replace it with a part; leave out one of the two"
                )

    def of_type(self, dump_type: str, *, is_done: bool) -> list[dg.AssetKey]:
        """Return the assets of a dump type to materialize; none if all are up to date."""
        if not is_done or self.request.verify:
            return [*self.reading(dump_type), *self.loading(dump_type)]
        is_compared = compare(self.source, self.platform.lake, dump_type, self.month).is_loaded(
            self.loaded()
        )
        return [] if is_compared else [change_key(self.types[dump_type])]

    def reading(self, dump_type: str) -> list[dg.AssetKey]:
        """Return the assets that write a dump to the lake; none if it is there."""
        if not self.request.force and self.is_in_lake(dump_type):
            return []
        downloading = [] if self.request.skip_download else [dump_key(self.types[dump_type])]
        return [*downloading, records_key(self.types[dump_type])]

    def loading(self, dump_type: str) -> list[dg.AssetKey]:
        """Return the assets that load a dump type from the lake into the warehouse."""
        of = self.types[dump_type]
        return [*(dumped_key(of, table.name) for table in of.tables), change_key(of)]

    def is_done(self, dump_type: str) -> bool:
        """Whether a type needs no import; it may still have to be compared."""
        return not self.request.loads_anew and self.is_imported(dump_type)

    def is_imported(self, dump_type: str) -> bool:
        """Whether lake and warehouse hold the requested records of this dump."""
        return self.is_in_lake(dump_type) and self.is_loaded(self.manifest(dump_type))

    def is_in_lake(self, dump_type: str) -> bool:
        lake, limit = self.platform.lake, self.request.limit
        if lake.find(dump_type, self.month) is None:
            return False
        return is_current(lake, dump_type, self.month, self.wanted_checksum(dump_type), limit)

    def wanted_checksum(self, dump_type: str) -> str | None:
        """Return the published SHA-256 or, if there is none, that of the stored file.

        None: only a download can tell.
        """
        if self.request.skip_download:
            store = self.platform.store
            return find_stored(
                self.source.publication, store, dump_type, self.month, self.progress
            ).sha256
        catalogue, file = self.platform.dumps.catalogue, file_of(self.choice.dump, dump_type)
        published = published_checksum(catalogue, self.choice.dump, dump_type)
        return (
            published or stored_sha256(self.source.publication, self.platform.store, file) or None
        )

    def manifest(self, dump_type: str) -> Manifest:
        return self.platform.lake.manifest(dump_type, self.month)

    def is_loaded(self, manifest: Manifest) -> bool:
        loaded, month = self.loaded(), date.fromisoformat(manifest.month)
        tables = [loaded.get(TableId(self.source.name, name), month) for name in manifest.tables]
        return all(table is not None and table.shows(manifest.import_id) for table in tables)

    def loaded(self) -> LoadedMonths:
        if not self.platform.settings.warehouse.exists():
            return LoadedMonths()
        with self.platform.warehouse.reader() as connection:
            return loaded_months(connection)

    def loads(self, keys: Collection[dg.AssetKey]) -> bool:
        """Whether assets of a dump type include its tables, not only its changes."""
        return any(dumped_key(of, of.record) in keys for of in self.types.values())

    @property
    def has_computed(self) -> bool:
        """Whether tables are computed from those of the source alone."""
        return self.source is DISCOGS

    def computing(self, types: Collection[str]) -> list[str]:
        """Return the computed tables to compute once the tables of some dump types are loaded."""
        if not self.has_computed:
            return []
        self.platform.store.refuse_another()  # The warehouse may lie in it.
        loaded, computing = self.loaded(), list[str]()
        loading = {table.name for dump_type in types for table in self.types[dump_type].tables}
        for name, derived in DERIVED.items():
            renewed = {*computing, *loading}
            missing = {*missing_inputs(derived, self.month, loaded)} - renewed
            if not missing and not self.is_computed(derived, loaded, renewed):
                computing.append(name)
        return computing

    def is_computed(
        self,
        derived: Derived,
        loaded: LoadedMonths,
        renewed: AbstractSet[str],
    ) -> bool:
        """Whether a table is computed from the loaded tables, of which some will be renewed."""
        computed = loaded.get(derived.table, self.month)
        if self.request.loads_anew or computed is None or renewed & {*derived.reads}:
            return False
        return computed.shows(import_of(derived, self.month, loaded).import_id)

    def config(self, keys: Collection[dg.AssetKey]) -> dict[str, object]:
        """Return the config of the steps that materialize some assets of dumps."""
        request, configs = self.request, dict[str, object]()
        comparing = {"full": request.loads_anew}
        reading = {"limit": request.limit, "force": request.force, "accept": request.accept}
        loading = {**comparing, "accept": request.accept, "verify": request.verify}
        for dump_type in self.types.values():
            steps = {
                records_key(dump_type): (records_key(dump_type).to_python_identifier(), reading),
                dumped_key(dump_type, dump_type.record): (load_step(dump_type), loading),
                change_key(dump_type): (change_key(dump_type).to_python_identifier(), comparing),
            }
            configs |= {step: {"config": c} for key, (step, c) in steps.items() if key in keys}
        return configs

    def computing_config(self, names: Collection[str]) -> dict[str, object]:
        config = {"full": self.request.loads_anew, "verify": self.request.verify}
        return {table_key(name).to_python_identifier(): {"config": config} for name in names}
