"""What the ready-made views and macros say of a few releases, and where they are made."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from discogs_assets.platform import TABLES
from discogs_assets.sources.discogs_dumps.ready_views import READY_MADE, VIEWS, show_ready_made
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.load import Load
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.warehouse.database import Warehouse, query
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months
from discogs_assets.warehouse.ready_made import Macro, ReadyMade, View, makeable
from discogs_assets.warehouse.sql import Connection
from discogs_assets.warehouse.views import create_as_of_views
from discogs_assets_tests.support.small_catalogue import ROWS, put
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, MARCH, Workplace

Rows = list[tuple[Any, ...]]
FIRST = (
    1, "Sölo & Band", "First", ["Label", "Other"], ["AB 12", None],
    ["2 x Vinyl, LP, Album, Red", "CD"], ["Jazz", "Rock"], None, "Germany", "1974", 1974, 7,
)  # fmt: skip
SECOND = (
    2, "Band, Solo Feat. Guest", "Second", ["Label"], ["ab-2"], None, None, ["Dub"], "UK",
    "1980-05-00", 1980, 7,
)  # fmt: skip


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """A warehouse with the small catalogue in February."""
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    with warehouse.writer() as connection:
        put(connection, FEBRUARY)
        show_ready_made(connection)
    return warehouse


@pytest.fixture
def connection(warehouse: Warehouse) -> Iterator[Connection]:
    with warehouse.reader() as connection:
        yield connection


def rows(connection: Connection, sql: str) -> Rows:
    return query(connection, sql).fetchall()


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("display_name('Band (2)')", "Band"),
        ("display_name('Band (UK)')", "Band (UK)"),
        ("display_name('(2)')", "(2)"),
        ("display_name(NULL)", None),
        ("printed_name('Band (2)', NULL)", "Band"),
        ("printed_name('Band (2)', 'The Band')", "The Band"),
        ("roles('Guitar, Vocals [High, Low] , Drums')", ["Guitar", "Vocals [High, Low]", "Drums"]),
        ("roles('Vocals [High, Low')", ["Vocals [High", "Low"]),
        ("roles(NULL)", None),
        ("format_line('Vinyl', '2', ['LP', 'Album'], 'Red')", "2 x Vinyl, LP, Album, Red"),
        ("format_line('CD', '1', NULL, NULL)", "CD"),
        ("format_line('CD', NULL, NULL, NULL)", "CD"),
        ("duration_s('4:05')", 245),
        ("duration_s('123:45')", 7425),
        ("duration_s('1:02:03')", 3723),
        ("duration_s('0:00')", 0),
        *((f"duration_s('{text}')", None) for text in ("", "45", "4:65", "1:2:03", "?", "4:05 ")),
        ("duration_s(NULL)", None),
        ("digits('0 9362-47555-2 4')", "93624755524"),
        ("digits('7 961220 922684 >')", "7961220922684"),
        ("digits('none')", None),
        ("digits('000')", None),
        ("catno_sort('ABC-12') > catno_sort('abc 2')", True),
        ("catno_sort('SR001') = catno_sort('SR1')", True),
        ("catno_sort('5099749534728') > catno_sort('5099749534727')", True),
        ("catno_sort('AB12') = catno_sort('ab - 012')", True),
        ("catno_sort('№ 7/É')", "000000000000000007 é"),
        ("catno_sort('12A')", "000000000000000012 a"),
        ("plain('BJÖRK') = plain('bjork')", True),
        ("discogs_url('release', 1)", "https://www.discogs.com/release/1"),
        ("discogs_url('artist', NULL)", None),
    ],
)
def test_macros_that_read_nothing(connection: Connection, call: str, expected: object) -> None:
    assert rows(connection, f"SELECT {call}") == [(expected,)]


def test_a_page_of_no_kind(connection: Connection) -> None:
    with pytest.raises(duckdb.Error, match=r"kind is video, use artist, label, master or release"):
        rows(connection, "SELECT discogs_url('video', 1)")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("FROM release_summary WHERE release_id IN (1, 2)", [FIRST, SECOND]),
        ("FROM releases([2, 1, 2, 99])", [FIRST, SECOND]),
        ("FROM releases((SELECT list(release_id) FROM release_style))", [SECOND]),
        ("FROM versions(7)", [FIRST, SECOND]),
        ("FROM by_barcode('093624755524')", [FIRST]),
        ("FROM by_barcode(7961220922684)", [SECOND]),
        ("FROM by_barcode('none')", []),
        (
            "FROM artist_release WHERE artist_id = 11",
            [
                (11, 1, "main", None, None, "First", 1974),
                (11, 2, "main", None, None, "Second", 1980),
                (11, 3, "track", 1, None, "Hits", None),
            ],
        ),
        (
            "FROM artist_release WHERE artist_id = 13",
            [
                (13, 1, "credit", 2, "Guitar, Vocals [High, Low]", "First", 1974),
                (13, 1, "credit", None, "Mixed By", "First", 1974),
            ],
        ),
        (
            "SELECT track_sequence, position, track_title, artist_id, artist, roles, tracks "
            "FROM release_credit WHERE release_id = 1",
            [
                (2, "A1", "Song", 13, "Hand", ["Guitar", "Vocals [High, Low]"], None),
                (2, "A1", "Song", None, "Nobody", ["Drums"], None),
                (None, None, None, 13, "Hand", ["Mixed By"], "A1 to A4"),
            ],
        ),
        (
            "SELECT catno, release_id, artists, title FROM label_release WHERE label_name = 'Label'"
            " ORDER BY catno_sort",
            [("ab-2", 2, SECOND[1], "Second"), ("AB 12", 1, FIRST[1], "First")],
        ),
        (
            "SELECT release_id, artists, label_name, catno FROM release_added",
            [
                (1, "Sölo & Band", "Label", "AB 12"),
                (1, "Sölo & Band", "Other", None),
                (3, "Various", None, None),
            ],
        ),
        (
            "SELECT title, duration_s FROM track",
            [("Hit", 3723), ("Side One", None), ("Song", 245)],
        ),
        (
            "SELECT group_id, group_name, member_id, member_name FROM members('Band')",
            [(12, "Band (2)", 11, "Solo"), (20, "Band", 14, "Guest")],
        ),
        ("SELECT member_name FROM members('Band (2)')", [("Solo",)]),
        ("SELECT member_name FROM members(12)", [("Solo",)]),
        ("SELECT member_name FROM members('12')", [("Number",)]),
    ],
)
def test_what_they_say(connection: Connection, sql: str, expected: Rows) -> None:
    ordered = sql if "ORDER BY" in sql else f"{sql} ORDER BY ALL"
    assert rows(connection, ordered) == expected


def test_names_in_a_line_without_a_name(connection: Connection) -> None:
    made = "(VALUES (2, NULL, NULL, '&'), (3, 'B', NULL, ',With:'), (1, 'A (2)', NULL, NULL), "
    made += "(4, 'C', NULL, '/'))"
    sql = f"SELECT artist_line(name, anv, joined, n) FROM {made} AS made (n, name, anv, joined)"
    assert rows(connection, sql) == [("A, B,With: C",)]
    assert rows(connection, f"{sql} WHERE n = 2") == [(None,)]


@pytest.mark.parametrize("one", READY_MADE, ids=lambda one: one.name)
def test_each_is_made_from_the_tables_it_names(tmp_path: Path, one: ReadyMade) -> None:
    needed = [other for other in READY_MADE if {*other.reads} <= {*one.reads}]
    with Warehouse(tmp_path / "warehouse.duckdb").writer() as connection:
        put(connection, FEBRUARY, one.reads)
        show_ready_made(connection)
        assert one in needed
        assert made(connection) == {other.name for other in needed}
    for missing in one.reads:
        assert one not in makeable(READY_MADE, {*one.reads} - {missing})


def made(connection: Connection) -> set[str]:
    """Return the names of all views that no table has, and of all macros."""
    views = "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal"
    macros = "SELECT function_name FROM duckdb_functions() WHERE NOT internal"
    return {name for (name,) in rows(connection, f"{views} UNION {macros}")} - {*TABLES}


@pytest.mark.parametrize("one", [o for o in READY_MADE if o.reads], ids=lambda one: one.name)
def test_columns_are_as_declared(connection: Connection, one: View | Macro) -> None:
    call = one.name if isinstance(one, View) else one.example.removeprefix("FROM ")
    found = rows(connection, f"SELECT column_name, column_type FROM (DESCRIBE FROM {call})")
    assert found == [(column.name, column.type.duckdb) for column in one.columns]


@pytest.mark.parametrize("one", READY_MADE, ids=lambda one: one.name)
def test_each_is_described(connection: Connection, one: ReadyMade) -> None:
    assert one.description.endswith((".", "…"))
    if isinstance(one, View):
        sql = f"SELECT comment FROM duckdb_views() WHERE view_name = '{one.name}'"
    else:
        sql = f"SELECT comment FROM duckdb_functions() WHERE function_name = '{one.name}'"
    assert rows(connection, sql) == [(one.description,)]
    assert all(column.description.endswith((".", "…")) for column in one.columns)


def test_columns_have_comments(connection: Connection) -> None:
    sql = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'release_summary'"
    summary = next(view for view in VIEWS if view.name == "release_summary")
    assert rows(connection, sql) == [(one.name, one.description) for one in summary.columns]


def test_names_are_no_tables() -> None:
    names = [one.name for one in READY_MADE]
    assert len({*names, *TABLES, "change"}) == len(names) + len(TABLES) + 1


def test_any_client_can_ask_under_any_name(warehouse: Warehouse, tmp_path: Path) -> None:
    shutil.copy(warehouse.path, tmp_path / "copy.duckdb")
    with duckdb.connect(tmp_path / "copy.duckdb", read_only=True) as connection:
        assert connection.sql("FROM by_barcode('093624755524')").fetchall() == [FIRST]
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{tmp_path / 'copy.duckdb'}' AS records (READ_ONLY)")
        sql = "FROM records.release_summary WHERE release_id = 1"
        assert connection.sql(sql).fetchall() == [FIRST]


def test_as_of_an_earlier_month(warehouse: Warehouse) -> None:
    earlier = {**ROWS, "release": [{"id": 1, "title": "Demo", "master_id": 7}]}
    with warehouse.writer() as connection:
        put(connection, JANUARY, rows=earlier)
    with warehouse.reader() as connection:
        assert rows(connection, "SELECT title FROM versions(7) ORDER BY 1") == [
            ("First",),
            ("Second",),
        ]
        create_as_of_views(connection, TABLES.values(), JANUARY)
        for asked in (
            "versions(7)",
            "releases([1])",
            "by_barcode('093624755524')",
            "release_summary WHERE release_id = 1",
            "main.release_summary WHERE release_id = 1",
            "artist_release WHERE artist_id = 13 AND part = 'credit' LIMIT 1",
            "label_release WHERE catno = 'AB 12'",
            "release_added WHERE catno = 'AB 12'",
        ):
            assert rows(connection, f"SELECT title FROM {asked}") == [("Demo",)], asked


@pytest.mark.parametrize(
    "asked",
    [
        "release_summary",
        "versions(7)",
        "releases([1])",
        "by_barcode('093624755524')",
        "artist_release WHERE artist_id = 11",
        "release_credit WHERE release_id = 1",
        "label_release WHERE label_name = 'Label'",
        "release_added WHERE label_id = 5",
        "track",
    ],
)
def test_as_of_a_month_that_a_table_has_not(warehouse: Warehouse, asked: str) -> None:
    with warehouse.writer() as connection:
        put(connection, MARCH, ["artist"])
    with warehouse.reader() as connection:
        create_as_of_views(connection, TABLES.values(), MARCH)
        with pytest.raises(duckdb.Error, match=r"release\w*: expected 2026-03 in the warehouse"):
            rows(connection, f"FROM {asked}")


def test_a_load_makes_those_of_its_tables(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    load(place, "labels")
    with place.platform().warehouse.reader() as connection:
        assert made(connection) == {one.name for one in READY_MADE if not one.reads}
    load(place, "artists")
    assert place.ask("SELECT DISTINCT group_id FROM members('no such band')") == []
    load(place, "releases")
    found = place.ask("SELECT count(*), count(artists), count(labels) FROM release_summary")
    assert found == [(30, 30, 30)]


def load(place: Workplace, name: str, source: DumpSource = DISCOGS) -> None:
    """Load January of a dump type as an import does."""
    platform, tables = place.platform(), DUMP_TYPES[name].tables
    manifest = place.put_in_lake(JANUARY, name)
    with platform.warehouse.writer() as connection:
        Load(source, platform.lake, manifest).run(connection, tables, tables)


def test_they_are_made_with_their_tables_or_not_at_all(tmp_path: Path) -> None:
    def stop(connection: Connection) -> None:
        show_ready_made(connection)
        assert made(connection) != set()
        raise KeyboardInterrupt

    place = Workplace(tmp_path)
    place.publish(JANUARY)
    with pytest.raises(KeyboardInterrupt):
        load(place, "releases", replace(DISCOGS, make_views=stop))
    with place.platform().warehouse.reader() as connection:
        assert made(connection) == set()
        assert loaded_months(connection) == LoadedMonths()
