"""Queries at the command line, and how their rows are printed."""

import json
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.cli import main
from discogs_assets.derived.tables import TAG_COUNT
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import Provenance
from discogs_assets.warehouse.replace import replace_from_query
from discogs_assets_tests.support.small_table import FEBRUARY, JANUARY, load
from discogs_assets_tests.support.workplace import Workplace

Capture = pytest.CaptureFixture[str]

ODD = """
SELECT * FROM (VALUES
    (1, NULL, ['a', NULL, 'b "c"'], DATE '2026-01-31', 'ab'::BLOB, {'n': 1}, true, 1.50),
    (2, 'é, "quoted"' || chr(10) || '日本', [], NULL, NULL, NULL, NULL, NULL)
) AS odd (id, text, list, day, bytes, struct, is_odd, amount)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """Return a workplace whose warehouse has a table, and which the environment names."""
    place = Workplace(tmp_path)
    with Warehouse(place.warehouse).writer() as connection:
        load(connection, JANUARY, "ab")
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    return place


def sql(*arguments: str) -> int:
    return main.main(["sql", *arguments])


def test_csv(place: Workplace, capsys: Capture) -> None:
    assert sql("--format", "csv", ODD) == 0
    assert capsys.readouterr().out == (
        "id,text,list,day,bytes,struct,is_odd,amount\n"
        '1,,"[""a"", null, ""b \\""c\\""""]",2026-01-31,6162,"{""n"": 1}",True,1.50\n'
        '2,"é, ""quoted""\n日本",[],,,,,\n'
    )


def test_json(place: Workplace, capsys: Capture) -> None:
    assert sql("--format", "json", ODD) == 0
    output = capsys.readouterr().out
    assert json.loads(output) == [
        {
            "id": 1,
            "text": None,
            "list": ["a", None, 'b "c"'],
            "day": "2026-01-31",
            "bytes": "6162",
            "struct": {"n": 1},
            "is_odd": True,
            "amount": "1.50",
        },
        {
            "id": 2,
            "text": 'é, "quoted"\n日本',
            "list": [],
            "day": None,
            "bytes": None,
            "struct": None,
            "is_odd": None,
            "amount": None,
        },
    ]
    assert len(output.splitlines()) == 4


def count_tags(place: Workplace, month: date, masters: int) -> None:
    """Load a month of the table of tags, with one tag."""
    query = f"SELECT 'genre' AS kind, 'Rock' AS tag, {masters}::INTEGER AS masters"
    with Warehouse(place.warehouse).writer() as connection:
        replace_from_query(connection, Provenance(month, "test", True), TAG_COUNT.table, query)


@pytest.mark.parametrize(
    ("options", "masters"), [([], 7), (["--as-of", "2026-01"], 5), (["--as-of", "2026/02"], 7)]
)
def test_as_of_a_month(place: Workplace, capsys: Capture, options: list[str], masters: int) -> None:
    count_tags(place, JANUARY, 5)
    count_tags(place, FEBRUARY, 7)
    assert sql("--format", "csv", *options, "SELECT masters FROM tag_count") == 0
    assert capsys.readouterr().out == f"masters\n{masters}\n"


@pytest.mark.parametrize(
    ("month", "table", "expected"),
    [
        ("2025-12", "tag_count", "expected 2025-12 in the warehouse, found 2026-01; run"),
        ("2026-01", "artist", "artist: expected 2026-01 in the warehouse, found none"),
    ],
)
def test_as_of_a_month_that_is_not_there(
    place: Workplace, capsys: Capture, month: str, table: str, expected: str
) -> None:
    count_tags(place, JANUARY, 5)
    assert sql("--as-of", month, f"FROM {table}") == 1
    assert expected in capsys.readouterr().err


def test_columns_of_one_name_and_numbers_that_json_has_not(
    place: Workplace, capsys: Capture
) -> None:
    query = (
        "SELECT 1 AS id, 2 AS id, 3 AS id_1, 4 AS id, 1 / 0.0 AS x, -1 / 0.0 AS y, "
        "['nan'::DOUBLE, 1] AS list, {'a': 'inf'::DOUBLE} AS fields"
    )
    assert sql("--format", "json", query) == 0
    assert json.loads(capsys.readouterr().out, parse_constant=pytest.fail) == [
        {"id": 1, "id_2": 2, "id_1": 3, "id_3": 4, "x": "Infinity", "y": "-Infinity"}
        | {"list": ["NaN", 1.0], "fields": {"a": "Infinity"}}
    ]
    assert sql("--format", "csv", "SELECT 1 AS id, 2 AS id") == 0
    assert capsys.readouterr().out == "id,id_1\n1,2\n"


def test_keys_of_maps_that_json_has_not(place: Workplace, capsys: Capture) -> None:
    query = """SELECT map {DATE '2026-01-31': 1} AS days, map {'\\x00'::BLOB: 1} AS bytes,
        map {2: map {1.5::DECIMAL(2, 1): true}} AS numbers"""
    assert sql("--format", "json", query) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"days": {"2026-01-31": 1}, "bytes": {"00": 1}, "numbers": {"2": {"1.5": True}}}
    ]


def test_json_of_no_rows(place: Workplace, capsys: Capture) -> None:
    assert sql("--format", "json", "FROM thing WHERE id = 9") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_table(place: Workplace, capsys: Capture) -> None:
    assert sql("SELECT id, name, ['x', 'é'] AS list FROM thing ORDER BY id") == 0
    output = capsys.readouterr().out
    assert [line.split() for line in output.splitlines() if " a " in line] == [
        ["1", "a", "[x,", "é]"]
    ]
    assert output.splitlines()[-1] == "(2 rows)"


def table(capsys: Capture, query: str) -> list[str]:
    """Return the lines of a query's table, which have no blanks at their ends."""
    assert sql(query) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line != line.rstrip()] == []
    return lines


def test_a_table_of_eighty_columns_breaks_no_word(
    place: Workplace, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("discogs_assets.display.terminal.PIPE_WIDTH", 80)
    titles = ["Slow Midnight Machine of the Quiet Thunder", "Together"] * 2
    columns = ", ".join(f"'{title}' AS title_{n}" for n, title in enumerate(titles))
    lines = table(capsys, f"SELECT 18500 AS id, {columns}")
    assert max(map(len, lines)) <= 80
    words = " ".join(lines).split()
    assert [word for title in titles for word in title.split() if word not in words] == []
    assert "18500" in words


def test_a_row_that_has_no_room_is_a_line_a_column(
    place: Workplace, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discogs_assets.display.terminal.PIPE_WIDTH", 80)
    columns = ", ".join(f"'word{n:02}word' AS column_{n:02}" for n in range(14))
    lines = table(capsys, f"SELECT {columns} FROM range(2)")
    assert lines[:2] == ["column_00  word00word", "column_01  word01word"]
    assert len([line for line in lines if line]) == 2 * 14 + 1
    lines = table(capsys, f"SELECT {columns} FROM range(51)")
    assert lines[-1] == "(the first 50 rows; --format csv or json has all)"


def test_what_a_table_leaves_out_is_told(place: Workplace, capsys: Capture) -> None:
    lines = table(capsys, "SELECT range AS n, repeat('x ', 400) AS x FROM range(1_001)")
    assert lines[-2:] == [
        "(the first 1,000 rows; --format csv or json has all)",
        "(… stands for the rest of a long text; --format csv or json has it)",
    ]
    assert table(capsys, "SELECT 1 AS one WHERE false")[-1] == "(0 rows)"


def test_values_of_a_table(place: Workplace, capsys: Capture) -> None:
    lines = table(capsys, f"SELECT * EXCLUDE (struct) FROM ({ODD}) AS odd ORDER BY id")
    assert [line.split() for line in lines if line][2:] == [
        ["1", "NULL", "[a,", "NULL,", "b", '"c"]', "2026-01-31", "6162", "true", "1.50"],
        ["2", "é,", '"quoted"', "[]", "NULL", "NULL", "NULL", "NULL"],
        ["日本"],
        ["(2", "rows)"],
    ]
    assert r"a\x1b[2J" in "".join(table(capsys, "SELECT 'a' || chr(27) || '[2J' AS text"))
    assert "{n: 1}" in "".join(table(capsys, "SELECT {'n': 1} AS struct"))


def test_a_plan_is_printed_as_it_is_drawn(place: Workplace, capsys: Capture) -> None:
    lines = table(capsys, "EXPLAIN SELECT 1")
    assert lines[0].startswith("┌─")
    assert any("DUMMY_SCAN" in line for line in lines)


def test_the_query_may_come_from_a_pipe(
    place: Workplace, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pipe:
        def read(self) -> str:
            return "SELECT count(*) AS things FROM thing"

    monkeypatch.setattr("sys.stdin", Pipe())
    assert sql("--format", "csv", "-") == 0
    assert capsys.readouterr().out == "things\n2\n"


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("DELETE FROM discogs.thing", "expected a query that gives rows, found 'DELETE FROM"),
        ("CREATE TABLE x (id INTEGER)", "read-only"),
        ("FROM thing; DROP VIEW thing", "expected a query that gives rows"),
        ("COPY thing TO 'thing.csv'", "expected a query that gives rows"),
        ("FROM nothing", "this query cannot be run: Table with name nothing does not exist"),
        ("SELEC 1", "syntax error"),
        ("SELECT error('boom')", "the query failed: Invalid Input Error: boom"),
    ],
)
def test_what_is_refused(
    place: Workplace, capsys: Capture, query: str, expected: str, form: str
) -> None:
    before = place.warehouse.read_bytes()
    assert sql("--format", form, query) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("discogs-assets: ")
    assert expected in errors
    assert "Traceback" not in errors
    assert place.warehouse.read_bytes() == before
    assert not Path("thing.csv").exists()


def test_without_a_warehouse(
    place: Workplace, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(place.folder / "none.duckdb"))
    assert sql("SELECT 1") == 1
    assert capsys.readouterr().err == (
        f"discogs-assets: {place.folder}/none.duckdb: expected a DuckDB file, found none; "
        "run discogs-assets import first\n"
    )
