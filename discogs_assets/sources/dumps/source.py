"""The one object that the engine of dumps is given: all that it knows of a source."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import ModuleType
from typing import Protocol

from discogs_assets.display.charts import Chart
from discogs_assets.sources.dumps.catalogue import Catalogue
from discogs_assets.sources.dumps.change_tables import USUAL, Usual, change_table
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.dumps.reader import BLOCK_BYTES, DumpReader
from discogs_assets.tables.names import DISCOGS
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.lineage import Lineage
from discogs_assets.warehouse.sql import Connection


class OpenCatalogue(Protocol):
    """Opens the place where a source is published."""

    def __call__(self, url: str, *, longest_wait_s: float = ...) -> Catalogue:
        """Return the catalogue at an address; a publisher may ask to wait no longer than that."""


def same_names(dump_type: DumpType) -> Lineage:
    """Return the columns of a type as places in its dump file: they are called the same there."""
    names = (f"{table.name}.{name}" for table in dump_type.tables for name in table.duckdb_columns)
    return {name: [(dump_type.dump, name)] for name in names}


def nothing_left_out(_dump_type: DumpType) -> Mapping[str, str]:
    return {}


Missed = Callable[[date | None, Sequence[date]], str]


def nothing_missed(_imported: date | None, _published: Sequence[date]) -> str:
    """Say nothing: the publisher keeps its dumps."""
    return ""


def nothing_more(_connection: Connection) -> None:
    """Make no views."""


@dataclass(frozen=True, eq=False)
class DumpSource:
    """A source of dated dumps.

    `title` is what people call its publisher. `open_reader` returns what reads a dump file of a
    type, by its name. `import_job` is the name of the job that imports a partition. `lineage`
    returns the places in a dump file that the columns of a type's tables, called
    `<table>.<column>`, come from; `left_out` the places that no column has, and why.
    `declared_in` returns the module of a table's declaration, where it is to be linked to.
    `licence` is that of its data. `partitions` is the name of its partitions in Dagster where each
    dump is one, "" where they are months.
    About `block_bytes` of a dump file are parsed at once. `missed` returns what is to be said of
    dumps that the publisher removed before they were imported, by the dates of the newest imported
    one and of those that are there.
    `charts` are by table. `make_views` makes the source's own views after a load, in its
    transaction. `usual` says which shares of the records usually change from dump to dump.
    """

    title: str
    publication: Publication
    dump_types: Mapping[str, DumpType]
    open_catalogue: OpenCatalogue
    open_reader: Callable[[DumpType, str], DumpReader]
    import_job: str
    lineage: Callable[[DumpType], Lineage] = same_names
    declared_in: Callable[[Table], ModuleType] | None = None
    charts: Mapping[str, Sequence[Chart]] = field(default_factory=dict)
    left_out: Callable[[DumpType], Mapping[str, str]] = nothing_left_out
    make_views: Callable[[Connection], None] = nothing_more
    usual: tuple[Usual, ...] = USUAL
    licence: str = ""
    partitions: str = ""
    block_bytes: int = BLOCK_BYTES
    missed: Missed = nothing_missed

    @property
    def prefix(self) -> str:
        """What names in Dagster begin with that others have too; nothing where it is Discogs."""
        return "" if self.name == DISCOGS else f"{self.name}_"

    @property
    def name(self) -> str:
        """The schema of its tables, its folder in the store, the first part of its asset keys."""
        return self.publication.source

    @cached_property
    def change_tables(self) -> Mapping[str, Table]:
        """The tables of what changed, by dump type."""
        return {name: change_table(one) for name, one in self.dump_types.items()}

    def iter_tables(self) -> Iterator[Table]:
        """Yield every table of every dump type, then those of what changed."""
        for dump_type in self.dump_types.values():
            yield from dump_type.tables
        yield from self.change_tables.values()
