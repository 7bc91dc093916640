"""One kind of dump file of a source: the tables that its records become."""

from dataclasses import dataclass

from discogs_assets.tables.table import Column, Table, Type


@dataclass(frozen=True, slots=True, eq=False)
class DumpType:
    """A kind of dump file, such as `artists` of Discogs.

    The first of `tables` has a row for each record, the last is the quarantine. `record` is the
    name of the first; its key is the id that records are compared by from dump to dump.
    """

    source: str
    name: str
    record: str
    tables: tuple[Table, ...]

    @property
    def identifier(self) -> str:
        """Its name where a hyphen may not be."""
        return self.name.replace("-", "_")

    @property
    def dump(self) -> str:
        """The name of the asset of its dump files."""
        return f"{self.identifier}_dump"

    @property
    def records(self) -> str:
        """The name of the asset of its records in the lake."""
        return f"{self.identifier}_records"

    @property
    def form(self) -> str:
        """What its records are written in, and the paths in them are of."""
        return "JSON"

    @property
    def record_table(self) -> Table:
        return self.tables[0]

    @property
    def quarantine(self) -> Table:
        return self.tables[-1]

    @property
    def content_tables(self) -> tuple[Table, ...]:
        """The tables of what could be read."""
        return self.tables[:-1]

    @property
    def id_type(self) -> Type:
        return self.record_table.column(self.record_table.owner).type

    @property
    def has_number_ids(self) -> bool:
        """Whether ids are whole numbers of 32 bits, which bitmaps and arrays hold cheaply."""
        return self.id_type is Type.INTEGER

    def id_column(self, description: str) -> Column:
        return Column("id", self.id_type, description)
