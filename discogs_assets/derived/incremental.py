"""Which rows of a computed table follow from which records: the others need no computing anew."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from discogs_assets.derived.parts import Part, Plan
from discogs_assets.derived.records import record_column
from discogs_assets.warehouse.id_ranges import ROWS
from discogs_assets.warehouse.sql import HISTORY, SCHEMA, quoted

IN_RANGE = re.compile(r"([\w.]+) BETWEEN \$first AND \$last")
FEW = ROWS // 10
"""How many records that changed have about as many rows as a range may."""
ALL_CHANGED = "SELECT id FROM temp.changed"
OF_BEFORE = "valid_from <= $before AND (valid_to IS NULL OR valid_to > $before)"
"""The condition of the row versions of the month before."""


def changed_ids(of: str, table: str = "changed", *, is_whole: bool = False) -> str:
    """Return the query of the ids of changed records in the range, or of all."""
    ids = "" if is_whole else " AND id BETWEEN $first AND $last"
    return f"SELECT id FROM temp.{table} WHERE \"of\" = '{of}'{ids}"


def only_changed(query: str, columns: Mapping[str, Iterable[str]]) -> str:
    """Return a query of the rows of changed records only, wherever it has a range of their ids.

    `columns` are those that may have them, as `table.column`, by what the records are called.
    """
    of = {column.rpartition(".")[2]: name for name, some in columns.items() for column in some}

    def cut(found: re.Match[str]) -> str:
        column = found[1].rpartition(".")[2]
        changed = f" AND {found[1]} IN ({changed_ids(of[column])})" if column in of else ""
        return found[0] + changed

    return IN_RANGE.sub(cut, query)


def columns_of_ids(names: Iterable[str]) -> str:
    """Return the columns of a temporary table of ids, by what they are called together."""
    return f'"of" ENUM ({", ".join(map(quoted, sorted({*names})))}), id INTEGER'


def came_or_went(column: str) -> str:
    """Return the query of what a column has in row versions that begin or end with the month."""
    table, _, name = column.partition(".")
    return (
        f"SELECT {name} AS id FROM {HISTORY}.{table} WHERE valid_from = $month OR valid_to = $month"
    )


def in_one_month(table: str) -> str:
    """Return the query of the records of a table that only one of the two months has."""
    return f"SELECT id FROM ({came_or_went(f'{table}.id')}) GROUP BY id HAVING count(*) = 1"


def linked_to(column: str, ids: str) -> str:
    """Return the query of the records of the month with a link, in a column, to some ids."""
    table, _, name = column.partition(".")
    return (
        f"SELECT {record_column(table)} AS id FROM {SCHEMA}.{table} "
        f"WHERE month = $month AND {name} IN ({ids})"
    )


def unless_alike(table: str, column: str) -> str:
    """Return the query of all records of the month if only one of the months has such ids.

    Months of 2017 have lists of names alone where later ones have ids: a `column` of NULLs.
    """
    other, _, name = column.partition(".")
    now = f"SELECT count({name}) > 0 FROM {SCHEMA}.{other} WHERE month = $month"
    before = f"SELECT count({name}) > 0 FROM {HISTORY}.{other} WHERE {OF_BEFORE}"
    return (
        f"SELECT {record_column(table)} AS id FROM {SCHEMA}.{table} "
        f"WHERE month = $month AND ({now}) <> ({before})"
    )


@dataclass(frozen=True, slots=True)
class Incremental:
    """Computed rows that stem from the rows of one record in some tables, or of it and others.

    `columns` are the columns of those tables that say which record that is, as `table.column`,
    by a name for them together. Of a computed row, `of` and `id` are SQL for that name and the
    record it stems from; rows that have NULL there are computed whatever changed. `others` are
    queries, by that name, of more records whose computed rows may differ.
    """

    columns: Mapping[str, tuple[str, ...]]
    of: str
    id: str
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_changed(self) -> str:
        """The condition of the computed rows that stem from records that changed."""
        ids = 'SELECT "of", id FROM temp.changed WHERE id BETWEEN $first AND $last'
        return f"({self.of}, {self.id}) IN ({ids})"

    @property
    def among(self) -> str:
        """The condition of the computed rows that can differ from those of the month before."""
        return f"(({self.of}) IS NULL OR {self.is_changed})"

    @property
    def temporary(self) -> dict[str, str]:
        return {"changed": columns_of_ids(self.columns)}

    @property
    def parts(self) -> tuple[Part, ...]:
        """What notes the changed records in `temp.changed`."""
        return tuple(
            changed_part(of, columns, self.others.get(of, ()))
            for of, columns in self.columns.items()
        )

    def plan(self, name: str, query: str) -> Plan:
        """Return how the rows of records that changed are computed, by the query of all rows."""
        part = Part(name, only_changed(query, self.columns), (ALL_CHANGED,), rows=FEW)
        return Plan((*self.parts, part), self.among, self.temporary)


def changed_part(of: str, columns: tuple[str, ...], others: tuple[str, ...]) -> Part:
    ids = (*map(came_or_went, columns), *others)
    tables = sorted({column.partition(".")[0] for column in columns})
    query = (
        f"SELECT DISTINCT '{of}', id FROM ({' UNION ALL '.join(ids)}) "
        "WHERE id BETWEEN $first AND $last"
    )
    return Part(f"what changed in {', '.join(tables)}", query, ids, into="changed")
