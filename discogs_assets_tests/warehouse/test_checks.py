"""The checks of a month of a table, on rows written here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, iter_tables
from discogs_assets.tables.check import checks_of, sum_up
from discogs_assets.tables.outcome import CheckError, Outcome, raise_on_blocking, waive
from discogs_assets.tables.table import Column, Rows, Table, Type
from discogs_assets.warehouse.checks import (
    Counts,
    check_before,
    check_not_empty,
    check_quarantine,
    check_rows,
    check_types,
    count_values,
    not_compared,
)
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.plain_tables import create_plain

JANUARY, FEBRUARY, MAY = date(2026, 1, 1), date(2026, 2, 1), date(2026, 5, 1)
DISC = Table(
    "disc",
    "Discs.",
    ("id", "side"),
    (
        Column("id", Type.INTEGER, "Id."),
        Column("side", Type.TEXT, "Side."),
        Column("title", Type.TEXT, "Title."),
    ),
)
RECORD = replace(DISC, name="record", rows=(Rows(""),))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with Warehouse(tmp_path / "warehouse.duckdb").writer() as connection:
        create_plain(connection, [DISC])
        yield connection


def put(connection: Connection, values: str, month: date = JANUARY) -> None:
    connection.execute(
        f"INSERT INTO discogs.disc SELECT *, DATE '{month}' FROM (VALUES {values}) AS t"
    )


def check_key(
    connection: Connection, table: Table, month: date, *, is_full: bool = True
) -> Outcome:
    """Return what the check of the key says."""
    return check_rows(connection, table, month, 0, is_full=is_full)[0]


def test_a_key_that_tells_all_rows_apart(connection: Connection) -> None:
    put(connection, "(1, 'A', 'x'), (1, 'B', 'x'), (2, 'A', NULL)")
    put(connection, "(1, 'A', 'x')", FEBRUARY)
    found = check_key(connection, DISC, JANUARY)
    assert found == Outcome(
        "key_is_unique",
        True,
        "Keys: unique.",
        is_fatal=True,
        numbers={"rows_without_key": 0, "duplicate_keys": 0},
    )


def test_keys_that_are_there_twice_are_named(connection: Connection) -> None:
    put(connection, "(1, 'A', 'x'), (1, 'A', 'y'), (2, 'A', NULL), (1, 'A', 'x')")
    found = check_key(connection, DISC, JANUARY)
    assert (found.passed, found.is_fatal) == (False, True)
    assert found.found == "Keys: 1 repeated, 0 missing."
    assert found.examples == [{"id": 1, "side": "A", "rows": 3}]
    assert found.numbers == {"rows_without_key": 0, "duplicate_keys": 1}


def test_a_key_with_null(connection: Connection) -> None:
    put(connection, "(1, NULL, 'x'), (2, 'A', 'x')")
    found = check_key(connection, DISC, JANUARY)
    assert (found.passed, found.found) == (False, "Keys: 0 repeated, 1 missing.")
    allowed = replace(DISC, null_in_key=("side",))
    assert check_key(connection, allowed, JANUARY).passed


NUMBERED = Table("disc", "Discs.", ("id",), (Column("id", Type.INTEGER, "Id."),))
MANY = "SELECT range::INTEGER + 7 AS id, 'A' AS side, 'x' AS title FROM range(2_000_000)"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Open a warehouse with two million discs, the first of them twice."""
    folder = tmp_path_factory.mktemp("many")
    with Warehouse(folder / "warehouse.duckdb").writer() as connection:
        create_plain(connection, [DISC])
        for query in (MANY, "VALUES (7, 'A', 'x')"):
            connection.execute(
                f"INSERT INTO discogs.disc SELECT *, DATE '{JANUARY}' FROM ({query})"
            )
        yield connection


def test_a_large_month_is_searched_in_samples(many: Connection) -> None:
    found = check_key(many, DISC, JANUARY, is_full=False)
    assert found.found == "Keys: 1 repeated, 0 missing (a sample of 125,001 rows)."
    assert found.examples == [{"id": 7, "side": "A", "rows": 2}]


def test_a_large_month_is_searched_as_a_whole_when_asked(many: Connection) -> None:
    many.execute(f"INSERT INTO discogs.disc VALUES (60_000, 'A', 'x', DATE '{JANUARY}')")
    sampled = check_key(many, DISC, JANUARY, is_full=False)
    full = check_key(many, DISC, JANUARY)
    assert sampled.numbers["duplicate_keys"] == 1
    assert full.found == "Keys: 2 repeated, 0 missing."
    assert [row["id"] for row in full.examples] == [7, 60_000]


def test_a_key_of_one_number_is_always_searched_as_a_whole(many: Connection) -> None:
    found = check_key(many, NUMBERED, JANUARY, is_full=False)
    assert (found.passed, found.examples[0]) == (False, {"id": 7, "rows": 2})
    many.execute("DELETE FROM discogs.disc WHERE id IN (7, 60_000)")
    assert check_key(many, NUMBERED, JANUARY, is_full=False).found == "Keys: unique."


def test_types() -> None:
    wanted = {"id": "INTEGER", "name": "VARCHAR"}
    assert check_types(wanted, {"name": "VARCHAR", "id": "INTEGER", "more": "DATE"}).passed
    found = check_types(wanted, {"id": "BIGINT"})
    assert (found.passed, found.is_fatal) == (False, True)
    assert found.found == "Column types: id is BIGINT, not INTEGER; name is missing, not VARCHAR."
    assert found.numbers == {"columns_of_other_type": 2}


def test_the_number_of_rows(connection: Connection) -> None:
    put(connection, "(1, 'A', 'x'), (2, 'A', 'x')")
    put(connection, "(1, 'A', 'x')", FEBRUARY)
    assert check_rows(connection, DISC, JANUARY, 2)[1].passed
    found = check_rows(connection, DISC, JANUARY, 3)[1]
    assert (found.passed, found.is_fatal, found.found) == (False, True, "Rows loaded: 2 of 3.")
    assert found.numbers == {"rows": 2, "rows_expected": 3}


def test_only_a_table_of_records_must_not_be_empty() -> None:
    assert check_not_empty(DISC, 1).passed
    for table, name, is_fatal in ((DISC, "has_rows", False), (RECORD, "has_records", True)):
        text = "Rows: none; at least 1 expected."
        expected = Outcome(name, False, text, is_fatal, numbers={"rows": 0})
        assert check_not_empty(table, 0) == expected


def test_quarantine_is_shown_but_stops_nothing(connection: Connection) -> None:
    table = DUMP_TYPES["artists"].quarantine
    create_plain(connection, [table])
    assert check_quarantine(connection, table, JANUARY, 0).passed
    connection.execute(
        "INSERT INTO discogs.artist_quarantine "
        "SELECT i, 'a.gz', i * 10, 'no XML', 'x', DATE '2026-01-01' FROM range(7) r(i)"
    )
    found = check_quarantine(connection, table, JANUARY, 7)
    assert (found.passed, found.is_fatal, found.found) == (False, False, "In quarantine: 7.")
    assert found.numbers == {"in_quarantine": 7}
    assert [row["byte_offset"] for row in found.examples] == [0, 1, 2, 3, 4]
    assert found.examples[1] == {"byte_offset": 1, "record_id": 10, "error": "no XML"}


def counts(month: date, rows: int, **nulls: int) -> Counts:
    return Counts(month, rows, nulls)


def outcomes(table: Table, now: Counts, before: Counts) -> dict[str, Outcome]:
    return {one.check: one for one in check_before(table, now, before)}


@pytest.mark.parametrize(
    ("now", "before", "are_as_before", "are_kept"),
    [
        (1_000_000, 1_000_000, True, True),
        (1_040_000, 1_000_000, True, True),
        (960_000, 1_000_000, True, True),
        (1_060_000, 1_000_000, False, True),
        (940_000, 1_000_000, False, False),
        (0, 1_000_000, False, False),
        (22, 30, True, True),
        (3, 30, False, False),
        (5, 0, False, True),
    ],
)
def test_rows_against_the_month_before(
    now: int, before: int, are_as_before: bool, are_kept: bool
) -> None:
    found = outcomes(RECORD, counts(FEBRUARY, now), counts(JANUARY, before))
    assert found["rows_as_before"].passed == are_as_before
    assert not found["rows_as_before"].is_fatal
    assert found["record_count_not_dropped"].passed == are_kept
    assert found["record_count_not_dropped"].is_fatal
    assert "record_count_not_dropped" not in outcomes(
        DISC, counts(FEBRUARY, now), counts(JANUARY, before)
    )


def test_the_change_is_a_number_too() -> None:
    for check in outcomes(RECORD, counts(FEBRUARY, 940), counts(JANUARY, 1_000)).values():
        if check.check != "nulls_as_before":
            assert check.numbers == {"rows": 940, "rows_before": 1_000, "change_percent": -6.0}
    [_, rows, _] = check_before(RECORD, counts(FEBRUARY, 5), counts(JANUARY, 0))
    assert rows.numbers == {"rows": 5, "rows_before": 0}


def test_more_may_change_in_more_months() -> None:
    now, january = counts(MAY, 1_150_000), counts(JANUARY, 1_000_000)
    found = outcomes(RECORD, now, january)["rows_as_before"]
    assert found.passed
    assert found.found == (
        "Rows: 1,150,000, was 1,000,000 in 2026-01 (+150,000, +15.0%; expected ±202,000)."
    )
    assert not outcomes(RECORD, now, counts(date(2026, 4, 1), 1_000_000))["rows_as_before"].passed


def test_half_is_the_most_that_may_go_in_any_time() -> None:
    decades = counts(date(2006, 1, 1), 1_000_000)
    assert outcomes(RECORD, counts(JANUARY, 510_000), decades)["record_count_not_dropped"].passed
    assert not outcomes(RECORD, counts(JANUARY, 490_000), decades)[
        "record_count_not_dropped"
    ].passed


def test_a_table_can_tolerate_more() -> None:
    now, before = counts(FEBRUARY, 1_500_000), counts(JANUARY, 1_000_000)
    assert not outcomes(DISC, now, before)["rows_as_before"].passed
    assert outcomes(replace(DISC, row_tolerance=0.6), now, before)["rows_as_before"].passed


def test_a_column_that_loses_its_values_is_named() -> None:
    before = counts(JANUARY, 10_000, id=0, side=100, title=5_000)
    now = counts(FEBRUARY, 10_000, id=0, side=10_000, title=5_100)
    found = outcomes(DISC, now, before)["nulls_as_before"]
    assert (found.passed, found.is_fatal) == (False, False)
    assert found.found == "Empty values: side 1.0% → 100.0% since 2026-01."
    assert found.numbers == {"highest_null_share_change_percent": 99.0}


def test_a_column_that_is_new_is_not_compared() -> None:
    before, now = counts(JANUARY, 10_000, id=0), counts(FEBRUARY, 10_000, id=0, title=10_000)
    found = outcomes(DISC, now, before)["nulls_as_before"]
    assert (found.passed, found.found) == (True, "Empty values: unchanged since 2026-01.")


def test_few_rows_say_little_of_a_share() -> None:
    def passed(rows: int) -> bool:
        before, now = counts(JANUARY, rows, title=0), counts(FEBRUARY, rows, title=rows // 5)
        return outcomes(DISC, now, before)["nulls_as_before"].passed

    assert passed(20)
    assert not passed(2_000)


def test_counts_values(connection: Connection) -> None:
    put(connection, "(1, 'A', NULL), (2, NULL, NULL), (3, 'A', 'x')")
    put(connection, "(1, 'A', 'x')", FEBRUARY)
    expected = Counts(JANUARY, 3, {"id": 0, "side": 1, "title": 2})
    assert count_values(connection, DISC, JANUARY) == expected


def test_only_what_is_fatal_is_refused() -> None:
    warning = Outcome("rows_as_before", False, "too many")
    good = Outcome("key_is_unique", True, "fine", is_fatal=True)
    bad = Outcome("key_is_unique", False, "Keys: 2 repeated.", is_fatal=True)
    rows = Outcome("all_rows_are_there", False, "Rows loaded: 2 of 3.", is_fatal=True)
    raise_on_blocking("masters 2026-01", {"master": [warning, good]}, ["Look."])
    found = {"master": [warning], "master_genre": [good, bad, rows]}
    with pytest.raises(CheckError) as error:
        raise_on_blocking("masters 2026-01", found, ["Look.", "Report it."])
    assert str(error.value).splitlines() == [
        "masters 2026-01: not published. [master_genre] Keys: 2 repeated.",
        "  [master_genre] Rows loaded: 2 of 3.",
        "  What was there before stays.",
        "  Look.",
        "  Report it.",
    ]
    assert error.value.outcomes == found


def test_a_single_table_is_not_named_twice() -> None:
    bad = Outcome("key_is_unique", False, "Keys: 2 repeated.", is_fatal=True)
    with pytest.raises(CheckError, match=r"^tag 2026-01: not published\. Keys: 2 repeated\.\n"):
        raise_on_blocking("tag 2026-01", {"tag": [bad]}, ["Report it."])


def test_what_is_accepted_passes_and_says_so() -> None:
    bad = Outcome("record_count_not_dropped", False, "Records: 3, was 12.", is_fatal=True)
    assert waive(bad).passed
    assert waive(bad).found == "Accepted all the same. Records: 3, was 12."
    warning = Outcome("rows_as_before", False, "too many")
    assert waive(warning) == warning


def test_every_table_has_the_checks_that_fit_it() -> None:
    checks = {table.name: [one.name for one in checks_of(table)] for table in iter_tables()}
    assert checks["release"] == [
        "keys_unique_and_rows_complete",
        "record_count_not_dropped",
        "rows_and_nulls_near_month_before",
    ]
    assert checks["release_track"] == [
        "keys_unique_and_rows_complete",
        "rows_and_nulls_near_month_before",
    ]
    assert checks["release_quarantine"] == [
        "keys_unique_and_rows_complete",
        "nothing_in_quarantine",
    ]


def test_several_outcomes_are_shown_as_one() -> None:
    key = Outcome("key_is_unique", True, "Keys: unique.", True, numbers={"keys": 0})
    rows = Outcome(
        "all_rows_are_there", False, "Rows loaded: 2 of 3.", True, [{"id": 1}], {"rows": 2}
    )
    empty = Outcome("has_rows", False, "Rows: none.", False, numbers={"rows": 0})
    nulls = Outcome("nulls_as_before", True, "Empty values: unchanged.", numbers={"change": 0.0})
    sound, as_before = sum_up([key, rows, empty, nulls])
    assert sound == Outcome(
        "keys_unique_and_rows_complete",
        False,
        "Rows loaded: 2 of 3.",
        True,
        [{"id": 1}],
        {"keys": 0, "rows": 2},
    )
    assert (as_before.check, as_before.passed, as_before.is_fatal) == (
        "rows_and_nulls_near_month_before",
        False,
        False,
    )
    assert as_before.found == "Rows: none."


def test_an_empty_table_of_records_is_not_sound() -> None:
    [found] = sum_up([check_not_empty(RECORD, 0)])
    assert (found.check, found.passed, found.is_fatal) == (
        "keys_unique_and_rows_complete",
        False,
        True,
    )
    [found] = sum_up([check_not_empty(DISC, 0)])
    assert (found.check, found.passed, found.is_fatal) == (
        "rows_and_nulls_near_month_before",
        False,
        False,
    )


def test_what_is_alone_is_shown_as_it_is() -> None:
    lost = Outcome("every_record_read_or_quarantined", True, "2 of 2", True)
    assert sum_up([lost]) == [lost]


def test_a_line_for_each_and_the_failing_ones_alone() -> None:
    before = counts(JANUARY, 6, title=0)
    [same] = sum_up(check_before(DISC, counts(FEBRUARY, 6, title=0), before))
    assert same.found.splitlines() == [
        "Rows: 6, was 6 in 2026-01 (unchanged; expected ±5).",
        "Empty values: unchanged since 2026-01.",
    ]
    [more] = sum_up(check_before(DISC, counts(FEBRUARY, 19, title=0), before))
    assert more.found == "Rows: 19, was 6 in 2026-01 (+13, +216.7%; expected ±5)."
    [both] = sum_up(
        check_before(DISC, counts(FEBRUARY, 1900, title=1900), counts(JANUARY, 600, title=0))
    )
    assert both.found.splitlines() == [
        "Rows: 1,900, was 600 in 2026-01 (+1,300, +216.7%; expected ±79).",
        "Empty values: title 0.0% → 100.0% since 2026-01.",
    ]


def test_where_only_losses_count_more_are_not_spoken_of() -> None:
    found = outcomes(RECORD, counts(FEBRUARY, 1_500), counts(JANUARY, 1_300))[
        "record_count_not_dropped"
    ]
    assert found.passed
    assert found.found == (
        "Records: 1,500, was 1,300 in 2026-01 (+200, +15.4%; at least 1,163 expected)."
    )
    enough = outcomes(RECORD, counts(FEBRUARY, 1_163), counts(JANUARY, 1_300))[
        "record_count_not_dropped"
    ]
    too_few = outcomes(RECORD, counts(FEBRUARY, 1_162), counts(JANUARY, 1_300))[
        "record_count_not_dropped"
    ]
    assert (enough.passed, too_few.passed) == (True, False)


def test_what_is_said_twice_is_shown_once() -> None:
    [found] = sum_up(not_compared(DISC, "nothing is there"))
    assert found.found == "Not compared: nothing is there."
