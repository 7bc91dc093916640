"""Findings of records that can differ are the same as those of all records.

On the rows of all cases together, of which each of two months has some, and some otherwise.
"""

from datetime import date
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest

from discogs_assets.derived.compute import compute, import_of, is_as_before
from discogs_assets.derived.findings.query import FINDING_READS
from discogs_assets.derived.records import RECORDS, record_column
from discogs_assets.derived.tables import FINDING
from discogs_assets.sources.discogs_dumps.tables import iter_tables
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets.warehouse.replace import replace_from_query
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.derived_rows import Row
from discogs_assets_tests.support.linked_cases import LINKED

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)

Rows = dict[str, list[Row]]

WITHOUT_IDS = ("alias_id", "group_id", "member_artist_id", "sublabel_id")
"""What the lists of 2017 do not have."""


def all_rows() -> Rows:
    """Return the rows of all cases by table, each record once."""
    found: Rows = {}
    for case in LINKED.values():
        for table, rows in case.rows.items():
            for row in rows:
                there = found.setdefault(table, [])
                if table not in RECORDS:
                    there.append({**row, "sequence": 100 + len(there)} if is_list(table) else row)
                elif row["id"] not in {one["id"] for one in there}:
                    there.append(row)
    return found


def is_list(table: str) -> bool:
    return any(one.name == table and "sequence" in one.key for one in iter_tables())


def some_rows(draw: Random, *, has_ids: bool) -> Rows:
    """Return a month: three rows of four, a few of which lack a value."""
    return {
        table: [changed(draw, table, row, has_ids=has_ids) for row in rows if draw.random() < 0.75]
        for table, rows in all_rows().items()
    }


def changed(draw: Random, table: str, row: Row, *, has_ids: bool) -> Row:
    names = [name for name in row if name not in (record_column(table), "sequence")]
    if names and draw.random() < 0.2:
        row = row | {draw.choice(names): None}
    return row if has_ids else row | {name: None for name in WITHOUT_IDS if name in row}


def load(connection: Connection, month: date, rows: Rows) -> None:
    for table in iter_tables():
        if table.name in FINDING_READS:
            put(connection, table, month, rows.get(table.name, []))
    loaded = loaded_months(connection)
    assert {one.table.name for one in loaded if one.month == month} >= {*FINDING_READS}


def put(connection: Connection, table: Table, month: date, rows: list[Row]) -> None:
    connection.register("arrived", pa.Table.from_pylist(rows, schema=table.arrow_schema))
    provenance = Provenance(month, f"{month}", True, "same")
    replace_from_query(connection, provenance, table, f"SELECT {table.names} FROM arrived")
    connection.unregister("arrived")


def findings(folder: Path, seed: int, *, is_full: bool) -> list[tuple[object, ...]]:
    """Return the findings of two made-up months, the second computed in full or in part."""
    draw = Random(seed)
    with Warehouse(folder / f"{is_full}.duckdb").writer() as connection:
        for month in (JANUARY, FEBRUARY):
            load(connection, month, some_rows(draw, has_ids=month == FEBRUARY or seed % 3 > 0))
            loaded = loaded_months(connection)
            provenance = import_of(FINDING, month, loaded)
            assert is_as_before(FINDING, provenance, loaded) == (month == FEBRUARY)
            compute(connection, FINDING, provenance, is_full=is_full)
        return connection.execute("FROM history.finding ORDER BY ALL").fetchall()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_in_part_as_in_full(tmp_path: Path, seed: int) -> None:
    found = findings(tmp_path, seed, is_full=False)
    assert len({rule for _, _, rule, *_ in found}) > 10
    assert found == findings(tmp_path, seed, is_full=True)
