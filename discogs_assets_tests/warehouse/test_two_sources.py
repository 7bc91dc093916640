"""Tables of the same name of two sources in one file: numbers by month, texts twice a week."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from discogs_assets.errors import SettingError, WarehouseError
from discogs_assets.storage.local import LocalStore
from discogs_assets.tables.names import TableId, schemas_of
from discogs_assets.tables.table import Column, Table, Type
from discogs_assets.warehouse.checks import check_rows, count_values
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets.warehouse.replace import hide_month, replace_from_lake
from discogs_assets.warehouse.sample import sample_rows
from discogs_assets.warehouse.sql import Connection
from discogs_assets.warehouse.views import create_as_of_views

NAME = Column("name", Type.TEXT, "What it is called.")
HASH = Column("record_hash", Type.TEXT, "A hash of its bytes.")

ARTIST = Table("artist", "Artists.", ("id",), (Column("id", Type.INTEGER, "A number."), NAME, HASH))
OTHER = Table(
    "artist",
    "Artists of another source.",
    ("id",),
    (Column("id", Type.UUID, "A text."), NAME, HASH),
    schema="x",
)

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
SATURDAY, WEDNESDAY, NEXT_SATURDAY = date(2026, 1, 3), date(2026, 1, 7), date(2026, 1, 10)
A, B, C = (f"{letter * 8}-0000-4000-8000-000000000000" for letter in "abc")

Names = Mapping[object, str]

MONTHS: dict[date, Names] = {JANUARY: {1: "One", 2: "Two"}, FEBRUARY: {2: "Two again", 3: "Three"}}
DUMPS: dict[date, Names] = {
    SATURDAY: {A: "Ann", B: "Bob"},
    WEDNESDAY: {B: "Bob", C: "Cy"},
    NEXT_SATURDAY: {A: "Ann", B: "Rob"},
}
"""Ann is removed and comes back, Cy is there once, Bob is called otherwise in the end."""

WAYS = {
    "in turns": [
        (ARTIST, JANUARY),
        (OTHER, SATURDAY),
        (OTHER, WEDNESDAY),
        (ARTIST, FEBRUARY),
        (OTHER, NEXT_SATURDAY),
    ],
    "the later first": [
        (OTHER, NEXT_SATURDAY),
        (ARTIST, FEBRUARY),
        (OTHER, SATURDAY),
        (ARTIST, JANUARY),
        (OTHER, WEDNESDAY),
    ],
    "one twice": [
        (OTHER, SATURDAY),
        (OTHER, NEXT_SATURDAY),
        (OTHER, WEDNESDAY),
        (OTHER, SATURDAY),
        (ARTIST, JANUARY),
        (OTHER, WEDNESDAY),
        (ARTIST, FEBRUARY),
    ],
}


def load(connection: Connection, folder: Path, table: Table, day: date, code_version: str) -> None:
    """Load a dump; with `code_version`, only rows of records with another hash are compared."""
    names = (MONTHS if table is ARTIST else DUMPS)[day]
    rows = [{"id": id_, "name": name, "record_hash": name} for id_, name in names.items()]
    key = f"{table.schema}-{day}.parquet"
    pq.write_table(table.from_rows(rows), folder / key)
    provenance, files = Provenance(day, f"import of {day}", True, code_version), {table.name: [key]}
    store = LocalStore(str(folder))
    assert replace_from_lake(connection, store, provenance, [table], files, record=table) == {
        "artist": len(names)
    }


@pytest.fixture(params=["", "the same code"], ids=["all compared", "changed compared"])
def code_version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse.duckdb")


@pytest.fixture
def filled(warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    with warehouse.writer() as connection:
        for table, day in WAYS["in turns"]:
            load(connection, tmp_path, table, day, "")
    return warehouse


@pytest.fixture
def connection(filled: Warehouse) -> Iterator[Connection]:
    with filled.writer() as connection:
        yield connection


def ask(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return connection.sql(query).order("ALL").fetchall()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_each_has_its_own_dumps_and_versions(
    warehouse: Warehouse, tmp_path: Path, way: list[tuple[Table, date]], code_version: str
) -> None:
    with warehouse.writer() as connection:
        for table, day in way:
            load(connection, tmp_path, table, day, code_version)
    with warehouse.reader() as connection:
        assert ask(connection, "SELECT id, name, month FROM discogs.artist") == [
            (1, "One", JANUARY),
            (2, "Two", JANUARY),
            (2, "Two again", FEBRUARY),
            (3, "Three", FEBRUARY),
        ]
        assert ask(connection, "SELECT * EXCLUDE record_hash FROM history.artist") == [
            (1, "One", JANUARY, FEBRUARY),
            (2, "Two", JANUARY, FEBRUARY),
            (2, "Two again", FEBRUARY, None),
            (3, "Three", FEBRUARY, None),
        ]
        assert ask(connection, "SELECT id, name FROM main.artist") == [
            (2, "Two again"),
            (3, "Three"),
        ]
        assert ask(connection, "SELECT id, name, month FROM x.artist") == [
            (A, "Ann", SATURDAY),
            (A, "Ann", NEXT_SATURDAY),
            (B, "Bob", SATURDAY),
            (B, "Bob", WEDNESDAY),
            (B, "Rob", NEXT_SATURDAY),
            (C, "Cy", WEDNESDAY),
        ]
        assert ask(connection, "SELECT * EXCLUDE record_hash FROM x_history.artist") == [
            (A, "Ann", SATURDAY, WEDNESDAY),
            (A, "Ann", NEXT_SATURDAY, None),
            (B, "Bob", SATURDAY, NEXT_SATURDAY),
            (B, "Rob", NEXT_SATURDAY, None),
            (C, "Cy", WEDNESDAY, NEXT_SATURDAY),
        ]
        assert ask(connection, "SELECT id, name FROM x_newest.artist") == [(A, "Ann"), (B, "Rob")]
        assert ask(connection, "SELECT id FROM artist") == [(2,), (3,)]


def test_what_is_loaded_is_known_of_each(connection: Connection) -> None:
    loaded = loaded_months(connection)
    assert [one.month for one in loaded.months(ARTIST)] == [JANUARY, FEBRUARY]
    assert [one.month for one in loaded.months(OTHER)] == [SATURDAY, WEDNESDAY, NEXT_SATURDAY]
    assert (loaded.names(), loaded.names("x"), loaded.names("y")) == ({"artist"}, {"artist"}, set())
    assert loaded.get(TableId("x", "artist"), SATURDAY) == loaded[OTHER, SATURDAY]
    assert loaded.get(ARTIST, SATURDAY) is None
    assert (OTHER, WEDNESDAY) in loaded
    assert (OTHER, JANUARY) not in loaded
    assert loaded.neighbours(OTHER, WEDNESDAY).months == [SATURDAY, NEXT_SATURDAY]
    assert [one.month for one in loaded.full_before(OTHER, NEXT_SATURDAY)] == [WEDNESDAY, SATURDAY]
    newest = loaded.newest(OTHER)
    assert newest is not None
    assert (newest.month, newest.rows) == (NEXT_SATURDAY, 2)


def test_a_dump_is_hidden_in_one_of_them(connection: Connection) -> None:
    hide_month(connection, OTHER, NEXT_SATURDAY)
    assert ask(connection, "SELECT id, name FROM x_newest.artist") == [(B, "Bob"), (C, "Cy")]
    assert len(ask(connection, "FROM discogs.artist")) == 4


def test_a_part_of_a_dump_has_rows_of_its_own(connection: Connection, tmp_path: Path) -> None:
    provenance = Provenance(date(2026, 1, 14), "a part", False)
    pq.write_table(OTHER.from_rows([{"id": C, "name": "Cy"}]), tmp_path / "part.parquet")
    files = {"artist": ["part.parquet"]}
    replace_from_lake(connection, LocalStore(str(tmp_path)), provenance, [OTHER], files)
    assert ask(connection, "SELECT id, name FROM x_monthly.artist") == [(C, "Cy")]
    tables = "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'monthly'"
    assert ask(connection, tables) == [(0,)]


def test_checks_and_samples_look_into_the_right_one(connection: Connection) -> None:
    assert [one.passed for one in check_rows(connection, OTHER, WEDNESDAY, 2)] == [True, True]
    assert count_values(connection, OTHER, WEDNESDAY).rows == 2
    assert not check_rows(connection, ARTIST, WEDNESDAY, 2)[1].passed
    assert "Cy" in sample_rows(connection, OTHER, WEDNESDAY)
    assert sample_rows(connection, ARTIST, WEDNESDAY) == "*artist has no rows in 2026-01-07.*"


def test_as_of_a_month_names_without_a_schema_are_those_of_discogs(
    connection: Connection,
) -> None:
    create_as_of_views(connection, [ARTIST, OTHER], JANUARY)
    assert ask(connection, "SELECT id FROM artist") == [(1,), (2,)]
    assert ask(connection, "SELECT id FROM main.artist") == [(1,), (2,)]
    with pytest.raises(duckdb.Error) as caught:
        ask(connection, "FROM x_newest.artist")
    expected = "x.artist: expected 2026-01 in the warehouse, found 2026-01-03, 2026-01-07, "
    assert expected in str(caught.value)


def test_as_of_a_day_the_other_source_is_what_it_was(filled: Warehouse) -> None:
    with filled.reader() as reader:
        create_as_of_views(reader, [ARTIST, OTHER], WEDNESDAY)
        assert ask(reader, "SELECT id, name FROM x_newest.artist") == [(B, "Bob"), (C, "Cy")]
        assert len(ask(reader, "FROM x.artist")) == 6
        with pytest.raises(duckdb.Error, match="artist: expected 2026-01-07 in the warehouse"):
            ask(reader, "FROM artist")


def test_a_day_that_nothing_has(connection: Connection) -> None:
    with pytest.raises(WarehouseError, match=r"expected 2026-01-04 in the warehouse, found 2026-0"):
        create_as_of_views(connection, [ARTIST, OTHER], date(2026, 1, 4))


@pytest.mark.parametrize("schema", ["", "main", "history", "X", "a b", "x;", "x_history", "1x"])
def test_a_schema_that_would_mean_another_thing(schema: str) -> None:
    with pytest.raises(SettingError, match="expected small letters, digits and _"):
        schemas_of(schema)
