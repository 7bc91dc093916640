"""The command as a person meets it: its lines, its errors, its help."""

import argparse
import re
import time
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.execution.backfill import PartitionBackfill
from rich.console import Console

from discogs_assets import platform
from discogs_assets.cli import main
from discogs_assets.cli.export import SINKS
from discogs_assets.cli.importing import needs, output
from discogs_assets.cli.importing.events import ImportResult
from discogs_assets.cli.main import build_parser
from discogs_assets.cli.options import MUSICBRAINZ_TYPES, SOURCES, TYPES, year_month
from discogs_assets.display.terminal import (
    BarProgress,
    PrintedProgress,
    PrintedStep,
    terminal_progress,
)
from discogs_assets.display.text import size
from discogs_assets.exports.registry import EXPORTS
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.orchestration.instance import open_instance
from discogs_assets.sources.discogs_dumps.synthetic import write_dump
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.keys import dump_key, iter_keys, records_key
from discogs_assets.sources.musicbrainz_dumps import tables as musicbrainz
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, MARCH, SIZES, Workplace

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """Return a workplace with two published months, which the environment names."""
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    place.publish(FEBRUARY, month=1)
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    return place


def one_error(capsys: Capture, *, is_begun: bool = False) -> str:
    """Return the error, which is one line, and nothing was printed but what it would take."""
    output, errors = capsys.readouterr()
    assert (" to download; " in output, output.count("\n")) == (is_begun, is_begun)
    assert errors.startswith("discogs-assets: ")
    assert errors.count("\n") == 1
    return errors.removeprefix("discogs-assets: ").rstrip("\n")


def test_an_import_and_the_same_again(place: Workplace, capsys: Capture) -> None:
    assert main.main(["import", "--types", "artists", "--year-month", "2026/01"]) == 0
    assert main.main(["import", "--types", "artists", "--year-month", "2026-01"]) == 0
    output = capsys.readouterr().out.splitlines()
    lines = [line.strip() for line in output if line.strip(" ─")]
    first, second = lines[: len(lines) // 2], lines[len(lines) // 2 :]
    size_ = re.escape(size((place.dumps / "discogs_20260101_artists.xml.gz").stat().st_size))
    assert re.match(rf"2026-01: {size_} to download; needs .*free in {place.folder}/st", first[0])
    assert first[1:4] == [
        "[ARTISTS] Imported: 20 (skipped: 0)",
        "Total of 2026-01",
        "type             records  rows  seconds  records/s  warnings",
    ]
    assert [row.split()[:2] for row in first[4:]] == [
        ["artists", "20"],
        ["computed", "tables"],
        ["total", "20"],
        ["Warehouse:", str(place.warehouse)],
    ]
    assert second[:2] == [
        "2026-01: 0 B to download; needs no more disk",
        "[ARTISTS] Imported: 0 (skipped: 20)",
    ]
    assert [row.split()[-1] for row in (second[4], second[6])] == ["skipped", "skipped"]


@pytest.mark.parametrize("arguments", [[], ["--skip-download", "--year-month", "2026/01"]])
def test_an_import_that_does_not_fit_is_refused_before_anything_is_done(
    place: Workplace, capsys: Capture, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    place.importing("artists", month=JANUARY)
    place.warehouse.unlink()
    before = sorted(place.folder.rglob("*"))
    monkeypatch.setattr(needs, "free_bytes_at", lambda _folder: 100)
    assert main.main(["import", "--types", "artists", *arguments]) == 1
    month = "2026-01" if arguments else "2026-02"
    assert re.match(
        rf"{place.folder}/store: {month} needs [0-9.]+ kB there \(.*tables .*\), 100 B are free; "
        "make room there, ",
        one_error(capsys),
    )
    assert [path for path in sorted(place.folder.rglob("*")) if "home" not in path.parts] == [
        path for path in before if "home" not in path.parts
    ]


def test_what_is_in_quarantine_is_told() -> None:
    assert output.summary(ImportResult("artists", 1_234_567, 0, 8_901)) == (
        "[ARTISTS] Imported: 1,234,567 (skipped: 0, in quarantine: 8,901)"
    )


def test_what_else_a_check_warns_of_is_indented(capsys: Capture) -> None:
    output.print_warnings(["tag: Rows: 9, was 2.  \nEmpty values: none."])
    assert capsys.readouterr().out == "  warning: tag: Rows: 9, was 2.\n    Empty values: none.\n"


def test_what_checks_warn_of_is_told(place: Workplace, capsys: Capture) -> None:
    place.publish_raw(
        MARCH, "artists", b"<artists><artist><id>1</id><mood>x</mood></artist></artists>"
    )
    assert main.main(["import", "--types", "artists"]) == 0
    line, *warnings = capsys.readouterr().out.splitlines()[1:]
    assert line == "[ARTISTS] Imported: 1 (skipped: 0)"
    assert warnings[:2] == [
        "  warning: artists_records: 1 unknown XML path: /artists/artist/mood.",
        "  warning: artist_alias: Rows: none; at least 1 expected.",
    ]
    rows = [one.split() for one in warnings if one.startswith(" artists") or "total" in one]
    told = str(sum(one.startswith("  warning: ") for one in warnings))
    assert [row[-1] for row in rows] == [told, told]
    assert all(len(one) <= 80 for one in warnings if one.startswith("  "))


def test_what_was_not_tried_is_told(place: Workplace, capsys: Capture) -> None:
    file = place.publish(MARCH, with_checksum=False)["labels"]
    file.write_bytes(file.read_bytes()[:-100])
    assert main.main(["import", "--year-month", "2026/03"]) == 1
    *_, artists, last = capsys.readouterr().out.splitlines()
    assert artists.startswith("[ARTISTS] Imported: 20")
    assert last == "Not tried: masters, releases of 2026-03"


def test_dumps(place: Workplace, capsys: Capture) -> None:
    place.importing("artists", month=JANUARY)
    place.importing("artists", month=FEBRUARY, limit=3)
    (place.dumps / "discogs_20260201_masters.xml.gz").unlink()
    assert main.main(["dumps"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    title, heads, february, january = [line for line in lines if line.strip("─")]
    assert title == f"Dumps at {place.dumps}"
    assert heads.split() == [
        *("dump", "artists", "labels", "masters", "releases"),
        *("complete", "imported", "loaded"),
    ]
    assert february.split()[0] == "2026-02-01"
    assert february.split("no: ")[1].split() == [
        *("masters", "missing"),
        *("artists", "(part)", "artists", "(part)"),
    ]
    assert january.split()[-3:] == ["yes", "artists", "artists"]


@pytest.mark.parametrize("with_checksum", [True, False])
def test_dumps_that_were_published_again_are_told(
    place: Workplace, capsys: Capture, with_checksum: bool
) -> None:
    if not with_checksum:
        (place.dumps / "discogs_20260201_CHECKSUM.txt").unlink()
    place.importing("artists", "labels", month=FEBRUARY)
    assert main.main(["dumps"]) == 0
    assert "published again" not in capsys.readouterr().out
    sizes = replace(SIZES, artists=12)
    write_dump(place.dumps, FEBRUARY, sizes, month=1, with_checksum=with_checksum)
    assert main.main(["dumps"]) == 0
    output = capsys.readouterr().out
    [february] = [line for line in output.splitlines() if line.startswith(" 2026-02-01")]
    assert february.split("yes ")[1].split() == ["artists", "(old),", "labels"] * 2
    assert output.splitlines()[-1] == (
        "2026-02 was published again: artists; run discogs-assets import --year-month 2026-02"
    )
    place.importing("artists", month=FEBRUARY, accept=True)
    assert main.main(["dumps"]) == 0
    assert "published again" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--year-month", "2025/12"], "no dump of 2025-12; there are 2026-01, 2026-02"),
        (
            ["--source", "nowhere"],
            "expected an address, or a folder or dump file that exists, found 'nowhere'",
        ),
        (["--source", "ftp://x"], "expected https://…, s3://bucket/prefix or a folder, found 'ftp"),
        (["--skip-download"], "expected dump files of artists, labels, masters, releases of one"),
        (
            ["--skip-download", "--year-month", "2026/01"],
            "expected discogs_20260101_artists.xml.gz in raw/discogs/2026/, found none",
        ),
    ],
)
def test_an_import_that_cannot_be_is_one_line(
    place: Workplace, capsys: Capture, arguments: list[str], expected: str
) -> None:
    assert main.main(["import", *arguments]) == 1
    assert expected in one_error(capsys)


@pytest.mark.slow
def test_a_month_that_fails_its_checks_can_be_accepted(place: Workplace, capsys: Capture) -> None:
    place.publish_fewer(FEBRUARY, "labels", 1)
    labels = ["import", "--types", "labels", "--year-month"]
    assert main.main([*labels, "2026/01"]) == 0
    capsys.readouterr()
    assert main.main([*labels, "2026/02"]) == 1
    first, *rest = capsys.readouterr().err.splitlines()
    assert first.startswith("discogs-assets: labels 2026-02: not published. Records: 1, was 10 in ")
    assert [line.split()[0] for line in rest] == ["What", "Look", "To"]
    assert all(line.startswith("  ") for line in rest)
    assert place.count("label") == 10
    assert main.main([*labels, "2026/02", "--accept"]) == 0
    assert place.count("label") == 1


def partitions(backfill: PartitionBackfill, asset: dg.AssetKey) -> set[str]:
    assert backfill.asset_backfill_data is not None
    wanted = backfill.asset_backfill_data.target_subset.get_partitions_subset(asset)
    return {*wanted.get_partition_keys()}


def test_a_backfill_is_queued_for_the_daemon(place: Workplace, capsys: Capture) -> None:
    months = ["2025/12", "2026-02"]
    assert main.main(["backfill", *months, "--types", "masters", "artists"]) == 0
    line = capsys.readouterr().out
    with open_instance(place.home) as instance:
        [backfill] = instance.get_backfills()
    assert line.startswith(
        f"Backfill {backfill.backfill_id}: 6 dump files, artists, masters of 2025-12 to 2026-02. "
    )
    of_dumps = {key for name in ("artists", "masters") for key in iter_keys(DUMP_TYPES[name])}
    tags = {table_key("tag"), table_key("tag_count")}
    assert {*(backfill.asset_selection or ())} == of_dumps | tags
    for key in (
        dump_key(DUMP_TYPES["artists"]),
        records_key(DUMP_TYPES["masters"]),
        table_key("tag"),
    ):
        assert partitions(backfill, key) == {"2025-12-01", "2026-01-01", "2026-02-01"}
    assert backfill.tags["discogs/types"] == "artists, masters"


def test_a_backfill_leaves_out_masters_that_never_were(
    place: Workplace, capsys: Capture, caplog: pytest.LogCaptureFixture
) -> None:
    assert main.main(["backfill", "2011/10", "2011/11", "--types", "masters", "labels"]) == 0
    assert ": 3 dump files, labels, masters of 2011-10" in capsys.readouterr().out
    assert caplog.messages == ["masters before 2011-11 are left out: none exist"]
    with open_instance(place.home) as instance:
        [backfill] = instance.get_backfills()
    assert partitions(backfill, records_key(DUMP_TYPES["labels"])) == {"2011-10-01", "2011-11-01"}
    for key in (records_key(DUMP_TYPES["masters"]), table_key("tag")):
        assert partitions(backfill, key) == {"2011-11-01"}

    capsys.readouterr()
    assert main.main(["backfill", "2011/09", "2011/10", "--types", "masters"]) == 1
    assert "backfill: expected months from 2011-11 on" in one_error(capsys)


@pytest.mark.parametrize(
    "months", [("2026/02", "2026/01"), ("2008/01", "2026/01"), ("2026/01", "2999/01")]
)
def test_a_backfill_needs_months_that_are(
    place: Workplace, capsys: Capture, months: tuple[str, str]
) -> None:
    assert main.main(["backfill", *months]) == 1
    assert "backfill: expected two months from 2008-03 to " in one_error(capsys)


def test_a_backfill_of_months_that_dagster_does_not_show_says_what_to_set(
    place: Workplace, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISCOGS_FIRST_MONTH")
    assert main.main(["backfill", "2019/03", "2026/01"]) == 1
    assert "set DISCOGS_FIRST_MONTH=2019-03, also for the daemon" in one_error(capsys)


def test_an_empty_folder_has_no_dumps(place: Workplace, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert main.main(["import", "--source", str(tmp_path / "empty")]) == 1
    assert "no complete dump; nothing is published" in one_error(capsys)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["DISCOGS_STORE", "DISCOGS_WAREHOUSE", "DAGSTER_HOME"])
def test_a_place_that_cannot_be_written_is_one_line(
    place: Workplace, capsys: Capture, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (place.folder / "file").write_text("not a folder")
    monkeypatch.setenv(name, str(place.folder / "file" / "below"))
    assert main.main(["import", "--types", "labels"]) == 1
    assert str(place.folder / "file") in one_error(capsys, is_begun=name != "DAGSTER_HOME")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "the following arguments are required: COMMAND"),
        (
            ["import", "--year-month", "2026"],
            "expected a month as 2026/01 or 2026-01, found '2026'",
        ),
        (["import", "--year-month", "2026/13"], "found '2026/13'"),
        (["import", "--year-month", "January"], "found 'January'"),
        (["import", "--year-month", "2026/01/05"], "found '2026/01/05'"),
        (["import", "--limit", "0"], "expected a number above 0, found '0'"),
        (["import", "--limit", "-3"], "expected a number above 0, found '-3'"),
        (["import", "--limit", "²"], "expected a number above 0, found '²'"),
        (["import", "--types", "songs"], "invalid choice: 'songs'"),
        (["sql", "--format", "xml", "SELECT 1"], "invalid choice: 'xml'"),
        (["export"], "the following arguments are required: SINK"),
        (["export", "excel"], "invalid choice: 'excel'"),
        (["songs"], "invalid choice: 'songs'"),
    ],
)
def test_wrong_arguments(capsys: Capture, arguments: list[str], expected: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(arguments)
    assert caught.value.code == 2
    assert expected in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("text", ["2026/01", "2026-01", "2026/1"])
def test_a_month_is_written_in_several_ways(text: str) -> None:
    assert year_month(text) == JANUARY


def subcommands() -> dict[str, argparse.ArgumentParser]:
    [commands] = [
        action
        for action in build_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    return dict(commands.choices)


def test_help_fits_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for text in (
        build_parser().format_help(),
        *(one.format_help() for one in subcommands().values()),
    ):
        assert [line for line in text.splitlines() if len(line) > 80] == []


def test_every_command_has_help_with_an_example() -> None:
    assert [*subcommands()] == [
        *("import", "backfill", "dumps", "sql", "changes", "hashes", "export", "status"),
        *("retain", "verify", "lake", "videos", "crosswalk", "ui", "demo"),
    ]
    for name, command in subcommands().items():
        text = command.format_help()
        assert f"  discogs-assets {name} " in text.partition("example")[2]
        assert all(action.help for action in command._actions), name
    assert "example:\n  discogs-assets import" in build_parser().format_help()


def test_the_choices_of_options_are_those_of_the_platform() -> None:
    assert [*TYPES] == [*DUMP_TYPES]
    assert [*SINKS] == [export.name for export in EXPORTS]


def test_progress_is_lines_where_there_is_no_terminal(capsys: Capture) -> None:
    console = Console(stderr=True, force_terminal=False)
    assert isinstance(terminal_progress(console, every_s=10), PrintedProgress)
    step = PrintedStep("reading", 1000, 0, console)
    step.advance(250, 10)
    step.advance(250, 10)
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("reading: 250 B of 1.0 kB (25%), 10 records, ")
    assert second.startswith("reading: 500 B of 1.0 kB (50%), 20 records, ")
    assert "\x1b" not in first + second


def test_progress_is_told_now_and_then_only(capsys: Capture) -> None:
    with PrintedProgress(Console(stderr=True), every_s=60).step("reading", None) as step:
        step.advance(250)
    assert capsys.readouterr().err == ""


def test_a_terminal_has_bars() -> None:
    console = Console(force_terminal=True, width=80, file=StringIO())
    progress = terminal_progress(console, every_s=10)
    assert isinstance(progress, BarProgress)
    with progress.step("reading", 1000) as step:
        step.advance(500, 10)
    assert isinstance(console.file, StringIO)
    assert "reading" in console.file.getvalue()


def test_of_a_step_within_another_only_the_inner_one_is_told(capsys: Capture) -> None:
    progress = PrintedProgress(Console(stderr=True), every_s=0.2)
    with progress.step("importing", None), progress.step("reading", None):
        time.sleep(0.5)
    assert {line.partition(":")[0] for line in capsys.readouterr().err.splitlines()} == {"reading"}


@pytest.mark.parametrize("text", ["2026-05-23", "20260523", "20260523-001002"])
def test_a_dump_is_named_by_its_date_or_stamp(text: str) -> None:
    assert year_month(text) == date(2026, 5, 23)


def test_the_names_that_options_know_are_those_there_are() -> None:
    assert tuple(musicbrainz.DUMP_TYPES) == MUSICBRAINZ_TYPES
    assert platform.SOURCES == SOURCES
