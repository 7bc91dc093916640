"""Rules that look at the month of the dump are computed for all rows of each month."""

from datetime import date
from pathlib import Path

from discogs_assets.derived.compute import compute, import_of, is_as_before
from discogs_assets.derived.findings.query import FINDING_READS
from discogs_assets.derived.tables import FINDING
from discogs_assets.sources.discogs_dumps.tables import iter_tables
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets.warehouse.replace import replace_from_query
from discogs_assets.warehouse.sql import Connection

DECEMBER, JANUARY = date(2025, 12, 1), date(2026, 1, 1)

AFTER_DUMP = {"master_year_after_dump", "release_date_after_dump"}

ROWS = {
    "master": "SELECT 1 AS id, 'A' AS title, 2026 AS year, 'Correct' AS data_quality",
    "release": "SELECT 1 AS id, 'A' AS title, '2026-01-05' AS released, 2026 AS released_year, "
    "'Correct' AS data_quality, 'Accepted' AS status",
}
"""Announced for the month after December."""


def load(connection: Connection, table: Table, month: date) -> None:
    columns = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in table.duckdb_columns.items())
    rows = (
        f"SELECT {columns} WHERE false UNION ALL BY NAME {ROWS.get(table.name, 'SELECT 1 LIMIT 0')}"
    )
    query = f"SELECT {table.names} FROM ({rows})"
    replace_from_query(connection, Provenance(month, f"{month}", True, "same"), table, query)


def rules_met(connection: Connection, month: date) -> set[str]:
    found = connection.execute("SELECT rule FROM discogs.finding WHERE month = ?", [month])
    return {rule for (rule,) in found.fetchall()}


def test_what_was_announced_is_no_finding_once_its_month_is_there(tmp_path: Path) -> None:
    with Warehouse(tmp_path / "warehouse.duckdb").writer() as connection:
        for month in (DECEMBER, JANUARY):
            for table in iter_tables():
                if table.name in FINDING_READS:
                    load(connection, table, month)
            provenance = import_of(FINDING, month, loaded_months(connection))
            assert is_as_before(FINDING, provenance, loaded_months(connection)) == (
                month == JANUARY
            )
            compute(connection, FINDING, provenance)
        assert rules_met(connection, DECEMBER) >= AFTER_DUMP
        assert not rules_met(connection, JANUARY) & AFTER_DUMP
