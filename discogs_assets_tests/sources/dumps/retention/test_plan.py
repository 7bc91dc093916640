"""What is old goes once it is whole elsewhere, and stays otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from discogs_assets.errors import SettingError
from discogs_assets.sources.dumps.retention.inventory import (
    COMPUTED,
    LakeCopy,
    MonthInventory,
    TableCopy,
)
from discogs_assets.sources.dumps.retention.plan import Decision, plan
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy, read_keep
from discogs_assets_tests.support.held import LAKE_BYTES, RAW_BYTES, held

ALL = RetentionPolicy(None, None, None)
RAW_1 = RetentionPolicy(1, None, None)
LAKE_1 = RetentionPolicy(None, 1, None)
RAW_LAKE_1 = RetentionPolicy(1, 1, None)
TABLES_1 = RetentionPolicy(None, None, 1)
EACH_1 = RetentionPolicy(1, 1, 1)

NEW = "raw lake tables compared"
LOST = "no other complete copy exists"
OTHER = "the lake has another dump of the month"
OLD = "the lake has it with other columns than today's"
NOT_IN_LAKE = "it is not in the lake"
NOT_COMPARED = "2026-02 has yet to be compared with it"
LAKE_HAS = "goes: in the lake"
DB_HAS = "goes: in the warehouse"
RAW_HAS = "goes: in the raw dump"
HIDDEN = "goes: stays in the history"
A_PART = "a part of a month that is nowhere else"


def told(decisions: Iterable[Decision]) -> dict[str, str]:
    """Return decisions as `raw 01`: why, in front of it whether it goes."""
    return {
        f"{one.stage} {one.month:%m}": f"{'goes: ' * one.deletes}{one.why}" for one in decisions
    }


RAW_CASES = {
    "raw lake": LAKE_HAS,
    "raw lake tables": LAKE_HAS,
    "raw": NOT_IN_LAKE,
    "raw tables": NOT_IN_LAKE,
    "raw lake-part": "the lake has only its first 10 records",
    "raw lake-old": OLD,
    "raw lake-broken tables": "the lake has lost files of it",
    "raw raw-other lake": OTHER,
    "raw-other lake": OTHER,
    "raw-unknown lake": "its SHA-256 was never recorded",
    "raw retired tables": DB_HAS,
    "raw retired hidden": DB_HAS,
    "raw retired hidden bad": DB_HAS,
    "raw retired hidden bad-gone": LOST,
    "raw retired": LOST,
}
LAKE_CASES = {
    "raw lake": RAW_HAS,
    "lake tables": DB_HAS,
    "raw lake tables": DB_HAS,
    "lake hidden": DB_HAS,
    "lake hidden bad": DB_HAS,
    "lake hidden bad-gone": LOST,
    "lake": LOST,
    "lake tables-other": LOST,
    "lake tables-few": LOST,
    "raw-other lake": LOST,
    "raw lake-part": RAW_HAS,
    "lake-part tables-part": LOST,
    "raw lake-broken": RAW_HAS,
    "retired left": "goes: left by a run that was stopped",
}
TABLE_CASES = {
    "tables": HIDDEN,
    "lake-part tables-part": LAKE_HAS,
    "raw retired tables-part": RAW_HAS,
    "raw-other retired tables-part": A_PART,
    "lake-part tables-part tables-other": A_PART,
    "tables-part": A_PART,
}


@pytest.mark.parametrize(
    ("keep", "stage", "old", "expected"),
    [
        *((RetentionPolicy(1, None, None), "raw", *case) for case in RAW_CASES.items()),
        *((RetentionPolicy(None, 1, None), "lake", *case) for case in LAKE_CASES.items()),
        *((RetentionPolicy(None, None, 1), "warehouse", *case) for case in TABLE_CASES.items()),
    ],
)
def test_an_old_month_of_a_stage(
    keep: RetentionPolicy, stage: str, old: str, expected: str
) -> None:
    assert told(plan([held(1, old), held(2, NEW)], keep)) == {f"{stage} 01": expected}


@pytest.mark.parametrize(
    ("keep", "old", "new", "expected"),
    [
        (ALL, "raw lake tables", NEW, {}),
        (EACH_1, "", NEW, {}),
        (EACH_1, "hidden", NEW, {}),
        (LAKE_1, "raw lake tables", "raw lake tables", {"lake 01": NOT_COMPARED}),
        (RAW_LAKE_1, "raw lake", NEW, {"raw 01": LAKE_HAS, "lake 01": LOST}),
        (RAW_LAKE_1, "raw lake tables", NEW, {"raw 01": DB_HAS, "lake 01": DB_HAS}),
        (RAW_LAKE_1, "raw lake-old", NEW, {"raw 01": OLD, "lake 01": RAW_HAS}),
        (
            EACH_1,
            "raw lake tables bad",
            NEW,
            {"raw 01": DB_HAS, "lake 01": DB_HAS, "warehouse 01": HIDDEN},
        ),
    ],
)
def test_an_old_month(keep: RetentionPolicy, old: str, new: str, expected: dict[str, str]) -> None:
    assert told(plan([held(1, old), held(2, new)], keep)) == expected


@pytest.mark.parametrize(
    ("keep", "old", "tables"),
    [
        (TABLES_1, "lake tables", "artist artist_url artist_quarantine"),
        (TABLES_1, "lake tables bad", "artist artist_url artist_quarantine"),
        (TABLES_1, "tables bad", "artist artist_url"),
        (TABLES_1, "lake-broken tables bad", "artist artist_url"),
        (TABLES_1, "lake tables-other bad", "artist artist_url"),
        (RetentionPolicy(None, 5, 1), "lake tables bad", "artist artist_url"),
    ],
)
def test_quarantine_goes_only_where_the_lake_has_it_for_good(
    keep: RetentionPolicy, old: str, tables: str
) -> None:
    [decision] = plan([held(1, old), held(2, NEW)], keep)
    assert decision.tables == tuple(tables.split())


@pytest.mark.parametrize(
    ("between", "newest", "expected"),
    [
        ("lake tables compared", "lake tables compared", DB_HAS),
        ("lake tables", "lake tables compared", "2026-02 has yet to be compared with it"),
        ("lake tables compared", "lake tables", DB_HAS),
        ("retired hidden", "lake tables compared", DB_HAS),
        ("retired hidden", "lake tables", "2026-03 has yet to be compared with it"),
        ("retired hidden", "lake tables compared-1", DB_HAS),
        ("lake-part tables-part", "lake tables compared-1", DB_HAS),
        ("lake-part tables-part", "lake tables", "2026-03 has yet to be compared with it"),
        ("tables", "lake tables compared-1", DB_HAS),
    ],
)
def test_what_the_next_month_is_compared_with_stays_till_then(
    between: str, newest: str, expected: str
) -> None:
    months = [held(1, "lake tables"), held(2, between), held(3, newest)]
    assert told(plan(months, LAKE_1))["lake 01"] == expected


def test_a_month_that_was_not_compared_itself_stays_too() -> None:
    months = [held(1, "lake tables"), held(2, "lake tables"), held(3, "lake compared")]
    assert told(plan(months, LAKE_1)) == {
        "lake 01": "2026-02 has yet to be compared with it",
        "lake 02": "2026-01 has yet to be compared with it",
    }


def test_what_goes_is_counted() -> None:
    raw, lake, tables = plan([held(1, "raw lake tables"), held(2, NEW)], EACH_1)
    assert (raw.bytes, lake.bytes, tables.bytes) == (RAW_BYTES, LAKE_BYTES, 0)
    assert (lake.rows, tables.rows) == (100, 100)


def test_each_dump_type_counts_its_own_months() -> None:
    months = [
        *(held(number, "raw lake", "artists") for number in (1, 2, 5)),
        *(held(number, "raw lake", "labels") for number in (1, 2)),
    ]
    gone = [(one.group, one.month.month) for one in plan(months, RAW_1) if one.deletes]
    assert gone == [("artists", 1), ("artists", 2), ("labels", 1)]


@pytest.mark.parametrize(
    ("count", "gone"), [(1, [1, 2, 3]), (2, [1, 2]), (3, [1]), (4, []), (9, []), (None, [])]
)
def test_the_newest_months_stay(count: int | None, gone: list[int]) -> None:
    months = [held(number, NEW) for number in (1, 2, 3, 4)]
    for stage in ("raw", "lake", "warehouse"):
        decisions = plan(months, replace(ALL, **{stage: count}))
        assert [one.month.month for one in decisions if one.deletes] == gone
        assert {one.stage for one in decisions} <= {stage}


def test_a_part_of_a_month_is_no_month_that_is_kept() -> None:
    months = [held(1, "lake tables"), held(2, NEW), held(3, "lake-part tables-part")]
    assert told(plan(months, RetentionPolicy(None, 1, 1))) == {
        "lake 01": DB_HAS,
        "warehouse 01": HIDDEN,
    }
    [full, part] = [held(1, "lake tables"), held(2, "lake-part tables-part")]
    assert plan([full, part], EACH_1) == []


def computed(number: int, *, is_full: bool = True) -> MonthInventory:
    table = TableCopy("tag", f"A{number}", 7, is_full)
    return MonthInventory(COMPUTED, date(2026, number, 1), tables=(table,))


def test_computed_tables_go_by_their_own_months() -> None:
    months = [held(1, "tables"), computed(1), computed(2, is_full=False), computed(3)]
    assert [
        (one.group, one.month.month, one.why, one.tables) for one in plan(months, TABLES_1)
    ] == [
        (COMPUTED, 1, "can be computed again", ("tag",)),
        (COMPUTED, 2, "can be computed again", ("tag",)),
    ]


@pytest.mark.parametrize(("value", "expected"), [("1", 1), ("12", 12), ("all", None)])
def test_settings(value: str, expected: int | None) -> None:
    assert read_keep("DISCOGS_KEEP_RAW", value) == expected


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "two", "ALL", "²"])
def test_settings_that_cannot_be(value: str) -> None:
    with pytest.raises(SettingError) as error:
        read_keep("DISCOGS_KEEP_RAW", value)
    assert str(error.value) == (
        f"DISCOGS_KEEP_RAW: expected a number of months from 1 on, or all, found {value!r}"
    )


RAW = st.sampled_from(["", "raw", "raw", "raw", "raw raw-other", "raw-other", "raw-unknown"])
LAKE = st.sampled_from(["", *["lake"] * 3, "lake-part", "lake-old", "lake-broken", "retired"])
TABLES = st.sampled_from(
    ["", "tables", "tables", "hidden", "tables-other", "tables-few", "tables-part"]
)
BAD = st.sampled_from(["", "", "bad", "bad-gone"])
COMPARED = st.sampled_from(["", "compared", "compared"])
WORDS = st.tuples(RAW, LAKE, TABLES, BAD, COMPARED).map(" ".join)
COUNT = st.sampled_from([None, 1, 2, 3])


def contents(one: MonthInventory) -> set[str]:
    """Return what a month holds as a whole: dumps by checksum, imports by name.

    It goes by rows and files, not by what `retention` thinks of them.
    """
    found = {f"dump {dump.sha256 or 'unknown'}" for dump in one.dumps}
    found |= {f"import {table.import_id}" for table in one.tables if table.name == "artist"}
    for copy in (one.lake, one.retired):
        if copy is None:
            continue
        rows = {table.name: table.rows for table in one.tables if table.import_id == copy.import_id}
        in_lake = copy is one.lake and not copy.missing
        in_warehouse = all(rows.get(name, 0) == count for name, count in copy.rows.items())
        in_dump = copy.sha256 in {dump.sha256 for dump in one.dumps}
        if in_lake or in_warehouse or in_dump:
            found.add(f"import {copy.import_id}")
        if copy.is_full and (in_lake or in_warehouse):
            found.add(f"dump {copy.sha256}")
    return found


def after(one: MonthInventory, decisions: Sequence[Decision]) -> MonthInventory:
    """Return what is left of a month when all that goes is gone."""
    gone = {decision.stage: decision for decision in decisions if decision.deletes}
    lake, retired = one.lake, one.retired
    if lake is not None and "lake" in gone:
        retired = replace(lake, bytes=0)
        lake = None
    hidden = gone["warehouse"].tables if "warehouse" in gone else ()
    tables = [
        replace(table, is_shown=False) if table.name in hidden else table
        for table in one.tables
        if not (table.name in hidden and (table.is_quarantine or not table.is_full))
    ]
    dumps = () if "raw" in gone else one.dumps
    return replace(one, dumps=dumps, lake=lake, retired=retired, tables=tuple(tables))


@pytest.mark.slow
@given(
    st.lists(WORDS, min_size=1, max_size=6),
    st.builds(RetentionPolicy, raw=COUNT, lake=COUNT, warehouse=COUNT),
)
@example(["raw lake-broken tables", "lake compared", "raw"], RetentionPolicy(1, 1, None))
def test_no_month_is_lost_and_the_newest_stay(words: list[str], keep: RetentionPolicy) -> None:
    months = [held(number, said) for number, said in enumerate(words, 1)]
    decisions = plan(months, keep)
    for one in months:
        of_month = [decision for decision in decisions if decision.month == one.month]
        assert contents(after(one, of_month)) >= contents(one), (one, of_month)
    check_newest(months, keep, decisions)
    # What stays does so for good: a second run finds nothing that the first did not.
    left = [after(one, [d for d in decisions if d.month == one.month]) for one in months]
    assert [one for one in plan(left, keep) if one.deletes and one.bytes] == []


def check_newest(
    months: Sequence[MonthInventory], keep: RetentionPolicy, decisions: Sequence[Decision]
) -> None:
    """Assert that nothing goes of the newest full months of any stage."""
    there = {
        "raw": ([one.month for one in months if one.dumps], keep.raw),
        "lake": ([one.month for one in months if is_full(one.lake)], keep.lake),
        "warehouse": ([one.month for one in months if one.tables], keep.warehouse),
    }
    for decision in decisions:
        kept, count = there[decision.stage]
        if decision.deletes:
            assert count is not None
            assert decision.month not in sorted(kept)[-count:]


def is_full(lake: LakeCopy | None) -> bool:
    return lake is not None and lake.is_full
