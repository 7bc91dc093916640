"""Loading what changed gives the same tables as loading everything, in any order of months."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.load import Load
from discogs_assets.tables.table import Table
from discogs_assets.warehouse import history
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, Months, artists

TABLES = [table for table in DUMP_TYPES["artists"].tables if not table.is_monthly]
SHAPES = [
    "<name>A</name>",
    "<name>B</name>",
    "<name>A</name><profile></profile>",
    "<name>A</name><namevariations><name>a</name><name>b</name></namevariations>",
    "<name>A</name><namevariations><name>b</name></namevariations>",
    "<name>B</name><urls><url>u</url></urls>",
    '<name>B</name><aliases><name id="2">C</name></aliases>',
]
"""What an artist may be; the first and third have other bytes and the same rows but one."""

contents = st.dictionaries(st.integers(1, 5), st.sampled_from(SHAPES), min_size=1)
imports = st.lists(
    st.tuples(st.sampled_from([JANUARY, FEBRUARY, MARCH]), contents, st.booleans()),
    min_size=2,
    max_size=5,
)
Imports = Sequence[tuple[date, dict[int, str], bool]]


def load(months: Months, month: date, *, is_full: bool) -> None:
    with months.warehouse.writer() as connection:
        work = Load(
            DISCOGS,
            months.lake,
            months.lake.manifest("artists", month),
            is_full=is_full,
            is_accepted=True,
        )
        work.run(connection, work.missing(connection, DUMP_TYPES["artists"].tables), [])


def versions(months: Months) -> dict[str, list[tuple[object, ...]]]:
    return {one.name: sorted(months.ask(f"FROM history.{one.name}"), key=repr) for one in TABLES}


def in_warehouse(months: Months, table: Table, month: date) -> list[tuple[object, ...]]:
    rows = months.ask(
        f"SELECT {table.names} FROM discogs.{table.name} WHERE month = DATE '{month}'"
    )
    return sorted(rows, key=repr)


def in_lake(months: Months, table: Table, month: date) -> list[tuple[object, ...]]:
    frame = months.lake.scan(table.name, [month]).drop("month").collect()
    return sorted(frame.rows(), key=repr)


@pytest.mark.slow
@given(imports, st.sampled_from([1, history.ROWS]))
@example([(JANUARY, {1: SHAPES[0]}, False), (FEBRUARY, {1: SHAPES[2]}, False)], 1)
@example([(MARCH, {1: SHAPES[0]}, False), (JANUARY, {1: SHAPES[1]}, False)], 1)
@settings(deadline=None, max_examples=20)
def test_what_changed_gives_the_same_as_everything(
    tmp_path_factory: pytest.TempPathFactory, imports: Imports, at_once: int
) -> None:
    folder = tmp_path_factory.mktemp("months")
    months = Months(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "ROWS", at_once)
        for month, content, is_full in imports:
            months.bring("artists", month, artists(content))
            load(months, month, is_full=is_full)
    anew = Months(folder, "anew.duckdb")
    there = sorted({month for month, *_ in imports})
    for month in there:
        load(anew, month, is_full=True)
    assert versions(months) == versions(anew)
    for month in there:
        for table in TABLES:
            assert in_warehouse(months, table, month) == in_lake(months, table, month)
