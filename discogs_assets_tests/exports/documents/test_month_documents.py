"""The documents of a month, block by block, from the lake and from the warehouse."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pyroaring import BitMap

from discogs_assets.errors import WarehouseError
from discogs_assets.exports.documents.build import as_dicts, iter_documents
from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.month import Month
from discogs_assets.exports.month_rows import MonthRows, lake_rows
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.warehouse.loaded import Provenance
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, Months, releases
from discogs_assets_tests.support.made_documents import as_json
from discogs_assets_tests.support.warehouse_rows import warehouse_rows

TRACK = "<tracklist><track><title>T</title><artists><artist><id>7</id></artist></artists></track>"
RELEASES = {
    id_: f"<title>R{id_}</title><genres><genre>Rock</genre></genres>{TRACK}</tracklist>"
    for id_ in (9, 3, 5, 1, 7)
}
DOCUMENT = DOCUMENTS["releases"]
TABLES = DUMP_TYPES["releases"].tables

Found = list[tuple[int, str, str]]


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Months:
    months = Months(tmp_path_factory.mktemp("months"))
    months.bring("releases", JANUARY, releases(RELEASES | {3: "<title>Other</title>"}))
    months.bring("releases", FEBRUARY, releases(RELEASES))
    for month in (JANUARY, FEBRUARY):
        months.load("releases", month)
    return months


@contextmanager
def opened(months: Months, where: str) -> Iterator[MonthRows]:
    manifest = months.lake.manifest("releases", FEBRUARY)
    if where == "lake":
        with lake_rows(months.lake, [manifest]) as rows:
            yield rows
        return
    with months.warehouse.reader() as connection:
        provenance = Provenance(
            FEBRUARY, manifest.import_id, manifest.is_full, manifest.code_version
        )
        yield warehouse_rows(connection, TABLES, provenance)


def found(
    months: Months,
    where: str = "lake",
    among: BitMap | None = None,
    limit: int | None = None,
    records: int = 100,
) -> list[Found]:
    with opened(months, where) as rows:
        rows = replace(rows, block_records=records)
        blocks = iter_documents(rows, DOCUMENT, as_json, among, limit=limit)
        return [[(id_, hash_, text.decode()) for id_, hash_, text in block] for block in blocks]


@pytest.mark.parametrize("where", ["lake", "warehouse"])
def test_the_documents_of_a_month_come_by_id(months: Months, where: str) -> None:
    (block,) = found(months, where)
    assert [id_ for id_, *_ in block] == [1, 3, 5, 7, 9]
    assert block[1][2] == (
        '{"id":3,"title":"R3","genres":["Rock"],'
        '"tracks":[{"title":"T","artists":[{"artist_id":7}]}]}'
    )
    hashes = months.ask("SELECT record_hash FROM release ORDER BY id")
    assert [(record_hash,) for _, record_hash, _ in block] == hashes


@pytest.mark.parametrize("where", ["lake", "warehouse"])
def test_blocks_and_chosen_ids_give_the_documents_of_the_whole(months: Months, where: str) -> None:
    (whole,) = found(months, where)
    assert found(months, where, records=2) == [whole[:2], whole[2:4], whole[4:]]
    assert found(months, where, BitMap([9, 3, 4])) == [[whole[1], whole[4]]]
    assert found(months, where, BitMap([9, 3, 5]), records=2) == [whole[1:3], whole[4:]]
    assert found(months, where, BitMap([3, 5, 7, 9]), limit=2) == [whole[1:3]]
    assert found(months, where, limit=3, records=2) == [whole[:2], whole[2:3]]


@pytest.mark.parametrize("where", ["lake", "warehouse"])
@pytest.mark.parametrize(("among", "limit"), [(BitMap(), None), (BitMap([4]), None), (None, 0)])
def test_of_no_records_there_are_no_blocks(
    months: Months, where: str, among: BitMap | None, limit: int | None
) -> None:
    assert found(months, where, among, limit) == []


def test_documents_are_python_values_too(months: Months) -> None:
    with opened(months, "lake") as rows:
        (block,) = iter_documents(rows, DOCUMENT, as_dicts, BitMap([3]))
        assert [one for *_, one in block] == [
            {
                "id": 3,
                "title": "R3",
                "genres": ["Rock"],
                "tracks": [{"title": "T", "artists": [{"artist_id": 7}]}],
            }
        ]


def test_only_some_blocks_are_made_ahead(months: Months) -> None:
    made: list[int] = []
    with opened(months, "lake") as rows:
        rows = replace(rows, block_records=1)
        blocks = iter_documents(rows, DOCUMENT, lambda block: made.extend(block.ids))
        for number, _ in enumerate(blocks, 1):
            if number == 2:
                blocks.close()
    assert sorted(made) == [1, 3, 5, 7]


def test_the_warehouse_can_be_written_after_its_documents_are_read(months: Months) -> None:
    with opened(months, "warehouse") as rows:
        next(blocks := iter_documents(replace(rows, block_records=1), DOCUMENT, as_json))
        blocks.close()
    with months.warehouse.writer() as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_another_import_than_is_loaded_is_an_error(tmp_path: Path) -> None:
    months = Months(tmp_path)
    months.bring("releases", FEBRUARY, releases(RELEASES))
    months.load("releases", FEBRUARY)
    loaded = months.lake.manifest("releases", FEBRUARY).import_id
    months.bring("releases", FEBRUARY, releases({1: "<title>Other</title>"}))
    published = months.lake.manifest("releases", FEBRUARY).import_id
    message = (
        f"release of 2026-02: expected import {published} in the warehouse, found import {loaded}; "
        "run discogs-assets import --types releases --year-month 2026-02"
    )
    with pytest.raises(WarehouseError, match=message):
        Month(months.lake, months.warehouse, FEBRUARY).provenance("releases")
