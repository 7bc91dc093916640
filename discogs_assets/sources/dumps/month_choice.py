"""Which month an import is of, and which dump types: what is asked for, or what there is."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cached_property

from discogs_assets.display.text import dump_day
from discogs_assets.errors import DumpNotFoundError
from discogs_assets.sources.dumps.catalogue import Catalogue, Dump, find_month, newest_settled
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.dumps.raw_files import iter_stored, stored_name
from discogs_assets.storage.store import Store


class MonthChoice:
    """The month and types of an import; with `is_stored`, of what is in the store already.

    Without a month it is the newest that has the types; without types, the newest complete one.
    Without types, all that the month has are imported.
    """

    def __init__(
        self,
        publication: Publication,
        catalogue: Callable[[], Catalogue],
        store: Store,
        asked_types: Sequence[str],
        asked_month: date | None,
        *,
        is_stored: bool,
    ) -> None:
        self.publication = publication
        self.catalogue = catalogue
        self.store = store
        self.asked_types = asked_types
        self.asked_month = asked_month and publication.partition(asked_month)
        self.is_stored = is_stored

    @cached_property
    def dump(self) -> Dump:
        """The published dump of the month."""
        catalogue = self.catalogue()
        if self.asked_month is None:
            return newest_settled(catalogue, datetime.now(UTC), self.asked_types)
        return find_month(catalogue, self.asked_month)

    @cached_property
    def month(self) -> date:
        if self.asked_month is not None:
            return self.asked_month
        return self.newest_stored() if self.is_stored else self.dump.month

    @cached_property
    def types(self) -> list[str]:
        """The dump types to import, in their order; all are expected of a month without any."""
        wanted = self.asked_types or self.types_there or self.publication.expected(self.month)
        return [name for name in self.publication.types if name in wanted]

    @property
    def types_there(self) -> Sequence[str]:
        if not self.is_stored:
            return self.dump.types
        return [name for name, months in self.stored.items() if self.month in months]

    @property
    def partition_key(self) -> str:
        """What Dagster calls the partition of the month."""
        publication = self.publication
        if publication.key_in is None:
            return str(self.month)
        if not self.is_stored:
            return self.dump.partition_key
        names = [stored_name(publication, self.store, name, self.month) for name in self.types]
        return publication.partition_key(names[0])

    @property
    def left_out(self) -> str:
        """A line that names the types that the month does not have; empty when it has all."""
        missing = []
        if not self.asked_types:
            missing = [name for name in self.publication.types if name not in self.types]
        if not missing:
            return ""
        place = "in the store" if self.is_stored else "published"
        return f"Left out: {', '.join(missing)} (not {place} for {dump_day(self.month)})"

    @cached_property
    def stored(self) -> dict[str, set[date]]:
        """The months of which the store has a dump file, by type."""
        publication = self.publication
        return {
            name: {
                publication.partition(day) for day, _ in iter_stored(publication, self.store, name)
            }
            for name in publication.types
        }

    def newest_stored(self) -> date:
        """Return the newest month of which the store has the types; DumpNotFoundError for none."""
        types, months = self.asked_types, set.union(*self.stored.values())
        whole = {
            month
            for month in months
            if all(month in self.stored[name] for name in types or self.publication.expected(month))
        }
        if found := whole or (set() if types else months):
            return max(found)
        raise DumpNotFoundError(
            f"{self.store.url}: expected dump files of "
            f"{', '.join(types or self.publication.types)} of one month in "
            f"{self.publication.raw_folder}/, found none; run without --skip-download"
        )
