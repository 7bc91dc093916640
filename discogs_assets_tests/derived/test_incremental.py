"""Computing the rows of records that changed gives the same as computing all."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.derived.compute import compute, import_of, is_as_before
from discogs_assets.derived.incremental import only_changed
from discogs_assets.derived.tables import DERIVED
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.load import Load
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets_tests.support.workplace import Workplace

MONTHS = [date(2026, month, 1) for month in (1, 2, 3)]
JANUARY, FEBRUARY, MARCH = MONTHS

FOLLOWING = {name for name, derived in DERIVED.items() if derived.changed}

Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """Return a workplace with three made-up months in the lake."""
    place = Workplace(tmp_path_factory.mktemp("months"))
    for number, month in enumerate(MONTHS):
        place.publish(month, month=number, with_checksum=False)
        for dump_type in DUMP_TYPES:
            place.put_in_lake(month, dump_type)
    return place


def bring(place: Workplace, warehouse: Warehouse, month: date, *, is_full: bool) -> set[str]:
    """Load and compute a month; return which tables were computed for changed records only."""
    restricted = set()
    with warehouse.writer() as connection:
        lake = place.platform().lake
        for name, dump_type in DUMP_TYPES.items():
            work = Load(
                DISCOGS, lake, lake.manifest(name, month), is_full=is_full, is_accepted=True
            )
            work.run(connection, dump_type.tables, dump_type.tables)
        for derived in DERIVED.values():
            loaded = loaded_months(connection)
            provenance = import_of(derived, month, loaded)
            if derived.changed and not is_full and is_as_before(derived, provenance, loaded):
                restricted.add(derived.name)
            compute(connection, derived, provenance, is_full=is_full)
    return restricted


def computed(warehouse: Warehouse) -> Rows:
    with warehouse.reader() as connection:
        return {
            name: connection.execute(f"FROM history.{name} ORDER BY ALL").fetchall()
            for name in DERIVED
        }


@pytest.fixture(scope="module")
def expected(place: Workplace) -> Rows:
    """Return what is computed in full, in order of time."""
    warehouse = Warehouse(place.folder / "full.duckdb")
    for month in MONTHS:
        bring(place, warehouse, month, is_full=True)
    return computed(warehouse)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("order", "restricted"),
    [
        ([JANUARY, FEBRUARY, MARCH], [FEBRUARY, MARCH]),
        ([JANUARY, MARCH, FEBRUARY], [FEBRUARY, MARCH]),
        ([MARCH, FEBRUARY, JANUARY], []),
        ([FEBRUARY, JANUARY, MARCH, FEBRUARY], [FEBRUARY, MARCH]),
    ],
    ids=lambda months: " ".join(f"{month:%m}" for month in months),
)
def test_what_changed_gives_the_same_as_everything(
    place: Workplace,
    expected: Rows,
    tmp_path: Path,
    order: Sequence[date],
    restricted: Sequence[date],
) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    found = {month: bring(place, warehouse, month, is_full=False) for month in order}
    assert {month for month, tables in found.items() if tables} == {*restricted}
    computed_anew = {name for tables in found.values() for name in tables}
    assert computed_anew == (FOLLOWING if restricted else set())
    assert computed(warehouse) == expected


@pytest.mark.parametrize(
    ("query", "is_cut"),
    [
        ("disc_id BETWEEN $first AND $last", True),
        ("x.disc_id BETWEEN $first AND $last", True),
        ("label_id BETWEEN $first AND $last", False),
        ("disc_id BETWEEN 1 AND 2", False),
    ],
)
def test_a_query_cut_down_to_changed_records(query: str, is_cut: bool) -> None:
    column = query.partition(" ")[0]
    changed = "SELECT id FROM temp.changed WHERE \"of\" = 'disc' AND id BETWEEN $first AND $last"
    expected = f"{query} AND {column} IN ({changed})" if is_cut else query
    assert only_changed(query, {"disc": ["disc.disc_id"]}) == expected
