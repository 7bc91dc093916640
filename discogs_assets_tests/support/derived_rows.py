"""A warehouse with every table, rows written into it by hand, and what the rules find in them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from discogs_assets.derived.compute import replace_by
from discogs_assets.derived.findings import parts as finding_parts
from discogs_assets.derived.findings.references import Reference
from discogs_assets.derived.findings.rule import Rule
from discogs_assets.derived.parts import Plan, filled, run_plan, temporary_tables
from discogs_assets.derived.tables import DERIVED, Derived
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, iter_tables
from discogs_assets.sources.discogs_dumps.xml.blocks import iter_blocks
from discogs_assets.sources.discogs_dumps.xml.parser import BlockParser
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.history import Neighbours
from discogs_assets.warehouse.loaded import Provenance
from discogs_assets.warehouse.sql import Connection, literal
from discogs_assets_tests.support.plain_tables import create_plain, is_plain

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)

Row = dict[str, Any]
Found = list[tuple[int, str]]


def iter_warehouse(folder: Path) -> Iterator[Connection]:
    """Open a warehouse in which every table is there, and empty."""
    with Warehouse(folder / "warehouse.duckdb").writer() as connection:
        computed = (derived.table for derived in DERIVED.values())
        create_plain(connection, (*iter_tables(), *computed))
        yield connection


def iter_undone(connection: Connection) -> Iterator[Connection]:
    """Give the connection, and undo what was written with it."""
    connection.execute("BEGIN")
    yield connection
    connection.execute("ROLLBACK")


def put(connection: Connection, table: str, *rows: Row, month: date = JANUARY) -> None:
    """Insert rows; columns that are not named are NULL."""
    for row in rows:
        values = row | {"month": month}
        marks = ", ".join("?" * len(values))
        sql = f"INSERT INTO discogs.{table} ({', '.join(values)}) VALUES ({marks})"
        connection.execute(sql, [*values.values()])


def compute(connection: Connection, derived: Derived, month: date = JANUARY) -> int:
    """Compute a month of a table, in place of the one written by hand; return its rows."""
    if is_plain(connection, derived.table):
        connection.execute(f"DROP TABLE discogs.{derived.name}")
    return replace_by(connection, derived, Provenance(month, "test", True), derived.full)


def find(connection: Connection, checked: Rule | Reference, month: date = JANUARY) -> Found:
    """Return the findings of one rule, in order, as pairs of record id and value.

    The parts of the plan that look for it find the same as its query.
    """
    query = filled(checked.query, month)
    found = connection.execute(f"FROM ({query}) ORDER BY ALL").fetchall()
    assert {(table, rule) for table, _, rule, _ in found} <= {(checked.table, checked.name)}
    assert found_by_parts(connection, checked, month) == found
    return [(record, value) for _, record, _, value in found]


def found_by_parts(
    connection: Connection, checked: Rule | Reference, month: date
) -> list[tuple[Any, ...]]:
    """Return what the parts of the plan find for one rule, in order."""
    found: list[tuple[Any, ...]] = []

    def insert(query: str) -> int:
        rows = connection.execute(f"FROM ({query}) WHERE rule = '{checked.name}'").fetchall()
        found.extend(rows)
        return len(rows)

    plan = parts_of(checked)
    with temporary_tables(connection, plan.temporary):
        run_plan(connection, plan, "finding", month, Neighbours(None, None), insert)
    return sorted(found)


def parts_of(checked: Rule | Reference) -> Plan:
    """Return the parts that look for what one rule finds, with what they need."""
    parts = tuple(one for one in finding_parts.FULL.parts if one.into or checked.name in one.query)
    return Plan(parts, temporary=finding_parts.FULL.temporary)


def load_dump(connection: Connection, folder: Path, month: date) -> None:
    """Load the dump files of a folder as a month."""
    for dump_type in DUMP_TYPES.values():
        [path] = folder.glob(f"discogs_*_{dump_type.name}.xml.gz")
        parser = BlockParser(dump_type, path.name)
        with path.open("rb") as dump:
            [block] = iter_blocks(dump, dump_type, path.name)
            for name, rows in parser.parse(block).tables.items():
                [table] = [table for table in dump_type.tables if table.name == name]
                connection.register("arrived", rows)
                connection.execute(
                    f"INSERT INTO discogs.{table.name} ({table.names}, month) "
                    f"SELECT {table.names}, {literal(month)} FROM arrived"
                )
                connection.unregister("arrived")
