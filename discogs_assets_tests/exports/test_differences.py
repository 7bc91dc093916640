"""What changed between two months that are loaded, in either order."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discogs_assets.errors import WarehouseError
from discogs_assets.exports.differences import Delta, changes, is_comparable
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.tables.table import Table
from discogs_assets.warehouse import differing, id_ranges
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, Months, artists

ARTIST: Table = DUMP_TYPES["artists"].record_table
CONTENTS = {
    JANUARY: {1: "<name>A</name>", 2: "<name>B</name>", 3: "<name>C</name>"},
    FEBRUARY: {1: "<name>A</name>", 3: "<name>CC</name>", 4: "<name>D</name>"},
    MARCH: {1: "<name>A</name>", 2: "<name>B</name>", 3: "<name>C</name>", 4: "<name>DD</name>"},
}
"""Artist 2 is gone in February and back in March; 3 is in March as it was in January."""

Ids = tuple[list[int], list[int], list[int]]
EXPECTED: dict[tuple[date, date], Ids] = {
    (JANUARY, FEBRUARY): ([4], [3], [2]),
    (FEBRUARY, JANUARY): ([2], [3], [4]),
    (JANUARY, MARCH): ([4], [], []),
    (MARCH, JANUARY): ([], [], [4]),
    (MARCH, FEBRUARY): ([], [3, 4], [2]),
    (MARCH, MARCH): ([], [], []),
}


def loaded(months: Months, month: date, limit: int | None = None) -> Provenance:
    """Bring a month in, load it, and return what a sink that takes it would hold."""
    months.bring("artists", month, artists(CONTENTS[month]), limit)
    months.load("artists", month)
    return held(months, month)


def held(months: Months, month: date) -> Provenance:
    with months.warehouse.reader() as connection:
        found = loaded_months(connection)[ARTIST, month]
    return found.provenance


def between(months: Months, first: Provenance, second: Provenance) -> Ids:
    with months.warehouse.reader() as connection:
        return listed(changes(connection, ARTIST, first, second))


def listed(found: Delta) -> Ids:
    return [*found.added], [*found.changed], [*found.removed]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Months:
    months = Months(tmp_path_factory.mktemp("three"))
    for month in CONTENTS:
        loaded(months, month)
    return months


@pytest.mark.parametrize("pair", EXPECTED, ids=lambda pair: "-".join(f"{one:%b}" for one in pair))
@pytest.mark.parametrize("records", [1, 500_000])
def test_changes_between_months(
    three: Months, pair: tuple[date, date], records: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differing, "RECORDS", records)
    monkeypatch.setattr(id_ranges, "BLOCK_BITS", 0)
    assert between(three, *(held(three, month) for month in pair)) == EXPECTED[pair]


def test_what_is_written_is_what_is_new_or_changed(three: Months) -> None:
    with three.warehouse.reader() as connection:
        found = changes(connection, ARTIST, held(three, JANUARY), held(three, FEBRUARY))
    assert [*found.upserts] == [3, 4]


def test_a_month_with_a_limit_is_compared_by_its_rows(tmp_path: Path) -> None:
    months = Months(tmp_path)
    full, limited = loaded(months, JANUARY), loaded(months, FEBRUARY, limit=2)
    assert between(months, full, limited) == ([], [3], [2])
    assert between(months, limited, full) == ([2], [3], [])


def test_a_month_that_was_imported_anew_is_not_what_the_sink_holds(tmp_path: Path) -> None:
    months = Months(tmp_path)
    before, other = loaded(months, JANUARY), loaded(months, FEBRUARY)
    months.bring("artists", JANUARY, artists({1: "<name>Z</name>"}))
    months.load("artists", JANUARY)
    with months.warehouse.reader() as connection:
        assert not is_comparable(loaded_months(connection), ARTIST, before, other)
        with pytest.raises(WarehouseError, match="compare all records with what the sink holds"):
            changes(connection, ARTIST, before, other)


@pytest.mark.parametrize("code_version", ["another release", ""])
def test_what_another_release_made_is_not_compared(three: Months, code_version: str) -> None:
    first, second = held(three, JANUARY), held(three, FEBRUARY)
    other = replace(first, code_version=code_version)
    with three.warehouse.reader() as connection:
        assert not is_comparable(loaded_months(connection), ARTIST, other, second)


names = st.dictionaries(st.integers(1, 6), st.sampled_from(["A", "B"]), min_size=1)


@pytest.mark.slow
@given(st.lists(names, min_size=2, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=6)
def test_changes_are_what_tells_the_months_apart(
    tmp_path_factory: pytest.TempPathFactory, contents: list[dict[int, str]], random: object
) -> None:
    months = Months(tmp_path_factory.mktemp("months"))
    days = [date(2026, number, 1) for number in range(1, len(contents) + 1)]
    for day, content in sorted(zip(days, contents, strict=True), key=lambda _: random.random()):  # type: ignore[attr-defined]
        xml = {id_: f"<name>{name}</name>" for id_, name in content.items()}
        months.bring("artists", day, artists(xml))
        months.load("artists", day)
    for first, old in zip(days, contents, strict=True):
        for second, new in zip(days, contents, strict=True):
            assert between(months, held(months, first), held(months, second)) == (
                sorted(new.keys() - old.keys()),
                sorted(id_ for id_ in new.keys() & old.keys() if new[id_] != old[id_]),
                sorted(old.keys() - new.keys()),
            )
