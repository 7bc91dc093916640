"""Which rows of a computed table follow from which records: the others need no computing anew."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date

from discogs_assets.derived.rule import record_column
from discogs_assets.history import temporary
from discogs_assets.warehouse_file import HISTORY, SCHEMA, Connection, literal

CHANGED = "temp.changed"


@dataclass(frozen=True, slots=True)
class Follows:
    """Computed rows that stem from the rows of one record in a table, and from no other record.

    `tables` names that table, and for each more tables of the same record that decide. Of a
    computed row, `table` and `id` are SQL for the table and the record it stems from; those that
    have NULL there are computed whatever changed.
    """

    tables: Mapping[str, tuple[str, ...]]
    table: str
    id: str

    @property
    def among(self) -> str:
        """The condition of the computed rows that stem from records that changed."""
        return f"({self.table}) IS NULL OR (({self.table}), {self.id}) IN (FROM {CHANGED})"

    @contextmanager
    def changed(self, connection: Connection, month: date) -> Iterator[None]:
        """Have the changed records, and their rows of each table as `temp.changed_<table>`."""
        records = " UNION ".join(
            f"SELECT '{table}' AS \"table\", {record_column(name)} AS id FROM {HISTORY}.{name} "
            f"WHERE valid_from = {literal(month)} OR valid_to = {literal(month)}"
            for table, also in self.tables.items()
            for name in (table, *also)
        )
        with ExitStack() as stack:
            stack.enter_context(temporary(connection, changed=records))
            for table in self.tables:
                ids = f"SELECT id FROM {CHANGED} WHERE \"table\" = '{table}'"
                rows = (
                    f"SELECT * FROM {SCHEMA}.{table} WHERE month = {literal(month)} "
                    f"AND {record_column(table)} IN ({ids})"
                )
                stack.enter_context(temporary(connection, **{f"changed_{table}": rows}))
            yield

    def cut_down(self, query: str) -> str:
        """Return a query of only the rows of changed records."""
        for table in self.tables:
            name, cut = rf"\b{SCHEMA}\.{table}\b", f"temp.changed_{table} AS"
            query = re.sub(rf"{name}\s+AS\b", cut, query)
            query = re.sub(name, f"{cut} {table}", query)
        return query
