"""References that lead nowhere, on rows written here and on real records."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.derived.findings.references import GAPS, REFERENCES
from discogs_assets.derived.records import RECORDS, record_column
from discogs_assets.sources.discogs_dumps.tables import iter_tables
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.derived_rows import (
    FEBRUARY,
    find,
    iter_undone,
    iter_warehouse,
    load_dump,
    put,
)

BY_NAME = {reference.name: reference for reference in REFERENCES}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    yield from iter_warehouse(tmp_path_factory.mktemp("references"))


@pytest.fixture
def connection(warehouse: Connection) -> Iterator[Connection]:
    yield from iter_undone(warehouse)


def test_every_id_of_another_record_is_a_reference() -> None:
    """An id is 0 for unknown; those that say which record a row belongs to cannot dangle."""
    ids = {
        (table.name, column.name)
        for table in iter_tables()
        for column in table.columns
        if column.zero_is_null and column.name not in ("year", record_column(table.name))
    }
    assert {(reference.table, reference.column) for reference in REFERENCES} == ids


def test_every_reference_has_a_target_a_reason_and_a_limit() -> None:
    assert len(BY_NAME) == len(REFERENCES)
    for reference in REFERENCES:
        assert reference.target in RECORDS, reference.name
        assert reference.reason.endswith("."), reference.name
        assert 0 <= reference.limit < 0.1, reference.name


@pytest.mark.parametrize("name", BY_NAME)
def test_what_is_missing_is_found_once(connection: Connection, name: str) -> None:
    reference = BY_NAME[name]
    record = record_column(reference.table)
    put(connection, reference.target, {"id": 1000}, {"id": 2000})
    put(connection, reference.target, {"id": 404}, month=FEBRUARY)
    for number, other in enumerate([1000, 404, 404, None, 405, 2000], 1):
        put(connection, reference.table, {record: number, reference.column: other})
    put(connection, reference.table, {record: 2, reference.column: 404})
    put(connection, reference.table, {record: 9, reference.column: 406}, month=FEBRUARY)
    assert find(connection, reference) == [(2, "404"), (3, "404"), (5, "405")]


@pytest.mark.parametrize("name", [name for name in BY_NAME if BY_NAME[name].gaps])
def test_known_gaps_are_no_findings(connection: Connection, name: str) -> None:
    reference = BY_NAME[name]
    record = record_column(reference.table)
    for number, other in enumerate([194, 355, 356], 1):
        put(connection, reference.table, {record: number, reference.column: other})
    assert find(connection, reference) == [(3, "356")]


def test_every_known_gap_has_a_reason() -> None:
    for target, gaps in GAPS.items():
        assert target in RECORDS
        for gap in gaps:
            assert len(gap.reason) > 30, gap


@pytest.mark.slow
def test_on_real_records(connection: Connection, samples: Path) -> None:
    month = date(2020, 8, 1)
    load_dump(connection, samples / "discogs_2020", month)
    credits_ = find(connection, BY_NAME["dangling_release_artist_artist_id"], month)
    assert len(credits_) == 4099
    assert (1, "239") in credits_
    assert {"194", "355"} & {value for _, value in credits_} == set()
    various = "SELECT count(*) FROM discogs.release_artist WHERE artist_id IN (194, 355)"
    assert connection.execute(various).fetchall() == [(65,)]
    # Of the thousand labels, sublabels have no ids in 2020, and 75 parents are not among them.
    assert find(connection, BY_NAME["dangling_label_sublabel_sublabel_id"], month) == []
    assert len(find(connection, BY_NAME["dangling_label_parent_id"], month)) == 75
