"""`changes` and `hashes` as a person, or a program, meets them."""

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from discogs_assets.cli import main
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, Months, artists

Capture = pytest.CaptureFixture[str]

BEFORE = artists(
    {
        1: "<name>A [b]</name><realname>One</realname><profile>a b</profile>",
        2: "<name>Two</name><urls><url>u</url><url>v</url></urls>",
        3: "<name>Three</name><profile/>",
        4: "<name>Four</name>",
        6: "<name>Six</name>",
    }
)
NOW = artists(
    {
        1: "<name>A [c]</name><profile>a\nb</profile>",
        2: "<name>Two</name><urls><url>u</url><url>w</url><url>x</url></urls>",
        3: "<name>Three</name>",
        5: "<name>Five</name>",
        6: "<name>Six</name>",
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with January and February imported, and March as far as its first record."""
    folder = tmp_path_factory.mktemp("place")
    months = Months(folder)
    for month, records in ((JANUARY, BEFORE), (FEBRUARY, NOW), (MARCH, NOW)):
        months.bring("artists", month, records, limit=1 if month == MARCH else None)
        if month != MARCH:
            months.load("artists", month)
        months.compare("artists", month)
    return folder


@pytest.fixture(autouse=True)
def place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOGS_STORE", str(folder / "store"))
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(folder / "warehouse.duckdb"))
    monkeypatch.setenv("COLUMNS", "200")


NAMED, BROKEN = "<name>A</name>", "<name>A\x01</name>"


def run(capsys: Capture, *arguments: str) -> list[str]:
    """Run a command that does well; return its lines without blanks at the ends."""
    assert main.main([*arguments]) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    return [line.strip() for line in output.splitlines() if line.strip(" ─")]


def changes(capsys: Capture, *arguments: str) -> list[str]:
    return run(capsys, "changes", "--type", "artists", "--year-month", "2026/02", *arguments)


def test_the_summary(capsys: Capture) -> None:
    assert [" ".join(line.split()) for line in changes(capsys)] == [
        "artists 2026-02: 5 records; 2026-01: 5",
        "kind records share what it means",
        "added 1 20.00% it was not in the month before",
        "changed 2 40.00% its content differs",
        "reformatted 1 20.00% its bytes differ, its content does not",
        "removed 1 20.00% it is not in the month any more",
        "Tables that differ",
        "table changed records share",
        "artist 1 50.00%",
        "artist_url 1 50.00%",
        "For example",
        "kind id name tables that differ",
        "added 5 Five –",
        "changed 1 A [c] artist",
        "changed 2 Two artist_url",
        "reformatted 3 Three –",
        "removed 4 Four –",
    ]


@pytest.mark.parametrize(
    ("dump_type", "records"),
    [
        (
            "masters",
            lambda title: (
                f"<master id='7'><main_release>1</main_release><artists>"
                f"<artist><id>2</id><name>Two (3)</name><anv>Two</anv></artist>"
                f"<artist><id>9</id><name>Nine</name></artist></artists>"
                f"<title>{title}</title></master>"
            ),
        ),
        (
            "releases",
            lambda title: (
                f"<release id='7' status='Accepted'><artists>"
                f"<artist><id>2</id><name>Two (3)</name><anv>Two</anv></artist>"
                f"<artist><id>9</id><name>Nine</name></artist></artists><title>{title}</title>"
                f"<extraartists><artist><id>5</id><name>Engineer</name><role>Mixed By</role>"
                f"</artist></extraartists></release>"
            ),
        ),
    ],
)
def test_examples_name_the_artists(
    dump_type: str,
    records: Callable[[str], str],
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    months = Months(tmp_path)
    for day, title in ((JANUARY, "Old"), (FEBRUARY, "New")):
        months.bring(dump_type, day, [records(title).encode()])
        months.load(dump_type, day)
        months.compare(dump_type, day)
    monkeypatch.setenv("DISCOGS_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    lines = run(capsys, "changes", "--type", dump_type)
    assert [" ".join(line.split()) for line in lines[-2:]] == [
        "kind id artist title tables that differ",
        f"changed 7 Two, Nine New {dump_type.removesuffix('s')}",
    ]


def test_rows_as_tsv_and_json(capsys: Capture) -> None:
    head, *lines = changes(capsys, "--format", "tsv")
    assert head.split("\t") == ["id", "kind", "hash_before", "hash_after", "tables", "month_before"]
    rows = [line.split("\t") for line in lines]
    assert [(row[0], row[1], row[4], row[5]) for row in rows] == [
        ("1", "changed", "artist", "2026-01-01"),
        ("2", "changed", "artist_url", "2026-01-01"),
        ("3", "reformatted", "", "2026-01-01"),
        ("4", "removed", "", "2026-01-01"),
        ("5", "added", "", "2026-01-01"),
    ]
    assert (rows[3][3], rows[4][2]) == ("", "")
    one, _, _, four, _ = json.loads("".join(changes(capsys, "--format", "json")))
    assert (one["id"], one["kind"], one["tables"]) == (1, "changed", ["artist"])
    assert (four["hash_before"], four["hash_after"]) == (rows[3][2], None)
    assert len(rows[3][2]) == 32


def test_rows_as_a_file(capsys: Capture, tmp_path: Path) -> None:
    for form in ("parquet", "tsv"):
        file = str(tmp_path / f"changes.{form}")
        assert changes(capsys, "--format", form, "--output", file) == []
    found = duckdb.sql(f"SELECT id, kind, tables FROM '{tmp_path / 'changes.parquet'}'").fetchall()
    assert found[:3] == [
        (1, "changed", ["artist"]),
        (2, "changed", ["artist_url"]),
        (3, "reformatted", None),
    ]
    lines = (tmp_path / "changes.tsv").read_text().splitlines()
    assert [line.split("\t")[:2] for line in lines[3:5]] == [["3", "reformatted"], ["4", "removed"]]


def test_a_record_before_and_after(capsys: Capture) -> None:
    title, heads, *lines = changes(capsys, "--id", "1")
    assert title == "artist 1, changed: its content differs"
    assert heads.split() == ["where", "2026-01", "2026-02"]
    cells = [line.split("  ") for line in lines]
    shown = [[cell.strip() for cell in row if cell.strip()] for row in cells]
    assert shown[:3] == [
        ["artist.name", "A [b]", "A [c]"],
        ["artist.real_name", "One"],
        ["artist.profile", "'a b'", r"'a\nb'"],
    ]
    assert [row[0] for row in shown[3:]] == ["artist.record_hash"]


def test_lists_before_and_after(capsys: Capture) -> None:
    lines = [" ".join(line.split()) for line in changes(capsys, "--id", "2")[2:]]
    assert [line for line in lines if "record_hash" not in line] == [
        "artist_url 2 url: v",
        "artist_url 2 url: w",
        "artist_url 3 url: x",
    ]


def test_a_record_that_came_went_or_stayed(capsys: Capture) -> None:
    assert changes(capsys, "--id", "4")[0] == "artist 4, removed: it is not in the month any more"
    assert changes(capsys, "--id", "4")[3].split() == ["artist.name", "Four"]
    assert changes(capsys, "--id", "5")[0] == "artist 5, added: it was not in the month before"
    assert changes(capsys, "--id", "6") == ["artist 6, the same in 2026-01 and 2026-02"]


def test_a_record_in_quarantine_is_not_called_the_same(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, broken = (
        [*artists({1: NAMED}), f"<artist><id>2</id>{name}</artist>".encode()]
        for name in (NAMED, BROKEN)
    )
    months = Months(tmp_path)
    for day, records in ((JANUARY, good), (FEBRUARY, broken), (MARCH, good)):
        months.bring("artists", day, records)
        months.load("artists", day)
        months.compare("artists", day)
    monkeypatch.setenv("DISCOGS_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    for month in ("2026/02", "2026/03"):
        assert run(capsys, "changes", "--type", "artists", "--year-month", month, "--id", "2") == [
            "artist 2, not compared: it is in the dump of 2026-02, but could not be read, and is "
            "in artist_quarantine"
        ]


def test_months_that_are_compared_with_nothing(capsys: Capture) -> None:
    first = ("changes", "--type", "artists", "--year-month", "2026/01")
    reason = "not compared, there is no earlier month in the lake"
    assert run(capsys, *first) == [f"artists 2026-01: {reason}"]
    assert run(capsys, *first, "--id", "1") == [f"artist 1, 2026-01: {reason}"]
    assert len(run(capsys, *first, "--format", "tsv")) == 1
    assert run(capsys, "changes", "--type", "artists") == [
        "artists 2026-03: not compared, only 1 records were asked for"
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--format", "parquet"], "expected a file to write to; add --output FILE"),
        (["--format", "parquet", "--output", "no/x"], "no/x: cannot be written: "),
        (["--format", "tsv", "--output", "no/x"], "no/x: cannot be written: No such file"),
        (
            ["--id", "77"],
            "artist 77 is in neither of the months compared, 2026-01 and 2026-02; discogs-assets "
            "changes --type artists names some that changed\n",
        ),
        (
            ["--year-month", "2025/12"],
            "artist_change: expected 2025-12 in the warehouse, found 2026-01, 2026-02, 2026-03; "
            "run discogs-assets import --types artists --year-month 2025/12",
        ),
        (
            ["--type", "labels", "--year-month", "2026/02"],
            "label_change: expected 2026-02 in the warehouse, found none; run discogs-assets",
        ),
    ],
)
def test_what_cannot_be_told_is_one_line(
    capsys: Capture, arguments: list[str], expected: str
) -> None:
    base = ["changes", "--type", "artists", "--year-month", "2026/02"]
    assert main.main([*base, *arguments]) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.count("\n") == 1
    assert expected in errors


@pytest.mark.parametrize("form", ["tsv", "json", "parquet"])
def test_a_file_that_cannot_be_written(capsys: Capture, tmp_path: Path, form: str) -> None:
    base = ["changes", "--type", "artists", "--year-month", "2026/02", "--format", form]
    for output in (tmp_path, tmp_path / "none" / "file"):
        assert main.main([*base, "--output", str(output)]) == 1
        error = capsys.readouterr().err
        assert error.startswith(f"discogs-assets: {output}: cannot be written: ")
        assert error.endswith("; choose another --output\n")


def test_hashes(folder: Path, capsys: Capture) -> None:
    expected = [
        f"{id_}\t{hashlib.sha1(raw).hexdigest()}"
        for id_, raw in zip((1, 2, 3, 5, 6), NOW, strict=True)
    ]
    of_artists = ("hashes", "--type", "artists")
    assert run(capsys, *of_artists, "--year-month", "2026/02") == expected
    file = folder / "store" / "raw/discogs/2026/discogs_20260201_artists.xml.gz"
    assert run(capsys, *of_artists, "--file", str(file)) == expected


def test_hashes_of_a_file_with_a_broken_record(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "any.xml.gz"
    records = [b"<artists>", b"<artist><id>x</id></artist>", BEFORE[0], b"</artists>"]
    file.write_bytes(gzip.compress(b"\n".join(records)))
    assert main.main(["hashes", "--type", "artists", "--file", str(file)]) == 0
    output, errors = capsys.readouterr()
    assert output == f"1\t{hashlib.sha1(BEFORE[0]).hexdigest()}\n"
    assert errors == (
        f"discogs-assets: {file}: record of unknown id at byte 10 could not be read: "
        "id: expected a number, found 'x'\n"
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["changes"], "the following arguments are required: --type"),
        (["changes", "--type", "songs"], "invalid choice: 'songs'"),
        (["changes", "--type", "labels", "--id", "0"], "expected a number above 0, found '0'"),
        (["changes", "--type", "labels", "--id", "1", "--format", "tsv"], "not allowed with"),
        (["hashes", "--type", "labels"], "one of the arguments --year-month --file is required"),
    ],
)
def test_wrong_arguments(capsys: Capture, arguments: list[str], expected: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(arguments)
    assert caught.value.code == 2
    assert expected in capsys.readouterr().err.splitlines()[-1]
