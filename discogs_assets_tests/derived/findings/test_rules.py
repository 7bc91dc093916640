"""The plausibility rules, each on rows that meet it and rows that do not, and on real records."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.derived.findings.rules import RULES
from discogs_assets.derived.findings.terms import GENRES
from discogs_assets.derived.records import RECORDS, record_column
from discogs_assets.sources.discogs_dumps.tables import iter_tables
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.derived_rows import (
    FEBRUARY,
    Found,
    find,
    iter_undone,
    iter_warehouse,
    load_dump,
    put,
)
from discogs_assets_tests.support.rule_cases import LINKED, SINGLE

BY_NAME = {rule.name: rule for rule in RULES}
TABLES = {table.name: table for table in iter_tables()}
YEARS = {
    2017: date(2017, 4, 1),
    2020: date(2020, 8, 1),
    2025: date(2025, 1, 1),
    2026: date(2026, 1, 1),
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    yield from iter_warehouse(tmp_path_factory.mktemp("rules"))


@pytest.fixture
def connection(warehouse: Connection) -> Iterator[Connection]:
    yield from iter_undone(warehouse)


def test_every_rule_is_tried() -> None:
    assert len(BY_NAME) == len(RULES) >= 25
    assert {*SINGLE} | {*LINKED} == {*BY_NAME}


def test_every_rule_has_a_table_a_reason_and_a_limit() -> None:
    for rule in RULES:
        assert record_column(rule.table) in TABLES[rule.table].polars_schema, rule.name
        assert rule.name == rule.name.lower(), rule.name
        assert "-" not in rule.name, rule.name
        assert rule.reason.endswith("."), rule.name
        assert len(rule.reason) > 30, rule.name
        assert 0 <= rule.limit < 0.1, rule.name


@pytest.mark.parametrize("name", SINGLE)
def test_on_single_rows(connection: Connection, name: str) -> None:
    rule, case = BY_NAME[name], SINGLE[name]
    record = record_column(rule.table)
    put(connection, rule.table, *({record: 1} | row for row in case.good))
    assert find(connection, rule) == []
    expected: Found = []
    for number, (row, value) in enumerate(case.bad, 2):
        put(connection, rule.table, {record: number} | row, {record: number} | row)
        expected.append((number, value))
    put(connection, rule.table, {record: 9} | case.bad[0][0], month=FEBRUARY)
    assert find(connection, rule) == expected


@pytest.mark.parametrize("name", LINKED)
def test_on_linked_rows(connection: Connection, name: str) -> None:
    rule, case = BY_NAME[name], LINKED[name]
    for table, rows in case.rows.items():
        put(connection, table, *rows)
    assert find(connection, rule) == case.found
    assert find(connection, rule, FEBRUARY) == []
    for table, rows in case.rows.items():
        put(connection, table, *rows, month=FEBRUARY)
    assert find(connection, rule) == case.found


def test_a_long_value_is_cut(connection: Connection) -> None:
    put(connection, "release_label", {"release_id": 1, "label_name": "x" * 999})
    assert find(connection, BY_NAME["release_label_catno_missing"]) == [(1, "x" * 200)]


def test_every_genre_is_known_once() -> None:
    assert len({*GENRES}) == 15


def test_records_are_named_by_their_own_id() -> None:
    assert [record_column(name) for name in RECORDS] == ["id"] * 4


REAL: dict[tuple[int, str], tuple[int, Found]] = {
    (2017, "artist_url_form"): (1, [(20, "http://www.myspace.com/percyxuk  ")]),
    (2017, "label_url_form"): (1, [(4, "www.siestarecords.com")]),
    (2020, "artist_do_not_use"): (11, [(912673, "Wilheim Müller")]),
    (2020, "label_do_not_use"): (6, [(387342, "COMAR"), (575561, "1990")]),
    (2020, "artist_group_itself"): (1, [(6592384, "Jenny Jumble")]),
    (2020, "label_url_form"): (10, [(53, ""), (575541, "")]),
    (2020, "release_date_too_early"): (1, [(11058868, "0000")]),
    (2020, "track_without_title"): (20, [(6084063, "track 2"), (6084063, "track 4")]),
    (2020, "track_position_repeated"): (1, [(1586399, "B3")]),
    (2020, "barcode_form"): (6, [(7698010, "BMD-1012A"), (9342983, "none")]),
    (2020, "barcode_length"): (11, [(90, "59240 0035 1"), (4497851, "25218-6439-4")]),
    (2020, "barcode_check_digit"): (6, [(52, "5025 4524 0662 1"), (7698095, "809277680242")]),
    (2020, "label_code_form"): (8, [(1586367, "LC: 06350"), (6084132, "06975")]),
    (2020, "mastering_sid_code_form"): (3, [(48, "L384"), (1586341, "L387")]),
    (2020, "asin_form"): (1, [(7698059, "JP: B00003IQO8")]),
    (2020, "isrc_form"): (0, []),
    (2020, "artist_alias_one_sided"): (0, []),
    (2020, "label_parent_one_sided"): (0, []),
    (2017, "group_member_one_sided"): (0, []),
    (2025, "master_video_length"): (1, [(18080, "0")]),
    (2026, "master_video_length"): (1, [(18080, "0")]),
    (2026, "artist_group_itself"): (1, [(16401, "Drunkness")]),
    (2026, "release_label_repeated"): (0, []),
}
"""How many findings the samples have, and some of them."""


@pytest.mark.slow
def test_on_real_records(connection: Connection, samples: Path) -> None:
    for year, month in YEARS.items():
        load_dump(connection, samples / f"discogs_{year}", month)
    for (year, name), (count, some) in REAL.items():
        found = find(connection, BY_NAME[name], YEARS[year])
        assert len(found) == count, name
        assert {*some} <= {*found}, name
    html = find(connection, BY_NAME["release_notes_html"], YEARS[2020])
    assert [(record, value[:9]) for record, value in html] == [(1586357, '<a href="')]
    works = find(connection, BY_NAME["track_heading_with_duration"], YEARS[2020])
    assert [(record, value[:5]) for record, value in works] == [
        (3020012, "18:58"),
        (3020012, "23:51"),
        (3020012, "25:17"),
    ]
