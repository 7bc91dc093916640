"""`status` as a person, or a program, meets it."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from discogs_assets.cli import main
from discogs_assets.cli.reading.status import BYTES, short
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.s3 import S3Store
from discogs_assets_tests.support.change_months import MARCH
from discogs_assets_tests.support.retained_months import RECORDS, RetainedMonths
from discogs_assets_tests.support.s3_bucket import new_bucket
from discogs_assets_tests.support.s3_server import CREDENTIALS, s3_server

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]

MEMORY = "Memory: up to # GB a process, # GB of it for DuckDB"
TODAY = f"{datetime.now(UTC):%Y-%m}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with January retired from all but the history, and a part of labels of March."""
    folder = tmp_path_factory.mktemp("place")
    months = RetainedMonths(folder, LocalStore(str(folder / "store")))
    months.bring_all()
    months.apply(RetentionPolicy(2, 2, 2))
    label = b"<label><id>%d</id><name>A</name></label>"
    months.bring("labels", MARCH, [label % number for number in (1, 2)], limit=1)
    return folder


@pytest.fixture(autouse=True)
def place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOGS_STORE", str(folder / "store"))
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(folder / "warehouse.duckdb"))
    monkeypatch.setenv("DAGSTER_HOME", str(folder / "home"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("DISCOGS_MEMORY", "4GB")


def lines(output: str) -> list[str]:
    """Return what was printed, dates cut to their month, sizes to their unit."""
    shown = [" ".join(line.split()) for line in output.splitlines()]
    shown = [re.sub(r"[\d.]+ ([kMGT]?B)", r"# \1", line) for line in shown]
    return [re.sub(rf"{TODAY}-\d\d", "today", line) for line in shown if line.strip("─ ")]


def test_a_table_for_people(folder: Path, capsys: Capture) -> None:
    assert main.main(["status"]) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    assert max(map(len, output.splitlines()[:-3])) <= 80
    *shown, free = lines(output)
    assert shown == [
        f"Months in {folder}/store",
        "month raw lake rows tables changes imported",
        "2026-03 # B # kB 3 2",
        "artists # B # kB 2 2 +0 ~1 −1 today",
        "labels # B # kB 1 part – – today",
        "2026-02 # B # kB 2 2",
        "artists # B # kB 2 2 +0 ~1 −0 today",
        "2026-01 – – – –",
        "artists – retired – history – today",
        MEMORY,
        "Raw dumps: # B, 2 months",
        "Lake: # kB, 2 months",
        f"Warehouse: # MB, 2 months shown, {folder}/warehouse.duckdb",
    ]
    assert free == f"Free on the disk of {folder}/store: # GB"


def test_json_for_programs(folder: Path, capsys: Capture) -> None:
    assert main.main(["status", "--format", "json"]) == 0
    march, labels, february, january = json.loads(capsys.readouterr().out)
    store = LocalStore(str(folder / "store"))
    assert march.pop("imported_at").startswith(TODAY)
    assert march == {
        "month": "2026-03-01",
        "dump_type": "artists",
        "raw_bytes": store.size("raw/discogs/2026/discogs_20260301_artists.xml.gz"),
        "lake_bytes": sum(
            size
            for key, size in store.sizes("lake/discogs").items()
            if "artist" in key and "month=2026-03-01" in key
        ),
        "lake_rows": 2,
        "is_part": False,
        "warehouse_rows": 2,
        "is_shown": True,
        "added": 0,
        "changed": 1,
        "reformatted": 0,
        "removed": 1,
    }
    assert (labels["is_part"], labels["lake_rows"], labels["added"]) == (True, 1, None)
    assert (february["changed"], february["removed"]) == (1, 0)
    assert (january["lake_bytes"], january["raw_bytes"], january["is_shown"]) == (0, 0, False)


def test_csv_for_programs(capsys: Capture) -> None:
    assert main.main(["status", "--format", "csv"]) == 0
    rows = [*csv.DictReader(StringIO(capsys.readouterr().out))]
    assert [(row["month"], row["dump_type"]) for row in rows] == [
        ("2026-03-01", "artists"),
        ("2026-03-01", "labels"),
        ("2026-02-01", "artists"),
        ("2026-01-01", "artists"),
    ]


WRITING = """
import sys, time
from pathlib import Path
from discogs_assets.warehouse.database import Warehouse
with Warehouse(Path(sys.argv[1])).writer():
    print("writing", flush=True)
    time.sleep(60)
"""


def test_while_an_import_is_writing(folder: Path, capsys: Capture) -> None:
    command = [sys.executable, "-c", WRITING, str(folder / "warehouse.duckdb")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == b"writing\n"
            started = datetime.now(UTC)
            assert main.main(["status"]) == 0
            seconds = (datetime.now(UTC) - started).total_seconds()
            table = lines(capsys.readouterr().out)
            assert main.main(["status", "--format", "json"]) == 0
            output, errors = capsys.readouterr()
        finally:
            child.kill()
    assert seconds < 20
    assert table[2:4] == ["2026-03 # B # kB 3 ?", "artists # B # kB 2 ? ? today"]
    busy = f"{folder}/warehouse.duckdb: another process is writing, try again later"
    assert table[-2] == f"Warehouse: # MB, {busy}"
    assert errors.startswith("discogs-assets: ")
    assert errors.endswith(f"{busy}\n")
    assert json.loads(output)[0]["warehouse_rows"] is None


def test_nothing_is_imported_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("DISCOGS_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(tmp_path / "none.duckdb"))
    assert main.main(["status"]) == 0
    assert lines(capsys.readouterr().out)[:4] == [
        MEMORY,
        "Raw dumps: # B, 0 months",
        "Lake: # B, 0 months",
        f"Warehouse: none at {tmp_path}/none.duckdb",
    ]
    assert [*tmp_path.iterdir()] == []


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.mark.slow
def test_a_bucket(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": address}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DISCOGS_STORE", "s3://shelf/discogs")
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(tmp_path / "none.duckdb"))
    with new_bucket(address, "shelf") as client:
        store = S3Store("s3://shelf/discogs", tmp_path / "scratch", lambda: client)
        RetainedMonths(tmp_path, store).bring("artists", MARCH, RECORDS[MARCH])
        assert main.main(["status"]) == 0
    shown = lines(capsys.readouterr().out)
    assert shown[0] == "Months in s3://shelf/discogs"
    assert shown[3] == "artists # B # kB 2 – – today"
    assert shown[-1].startswith("Warehouse: none")


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0"), (9_999, "9,999"), (10_000, "10k"), (361_234_567, "361M"), (999_600_000, "1G")],
)
def test_numbers_are_short(count: int, expected: str) -> None:
    assert short(count) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1 kB"), (11_234_000_000, "11.2 GB")],
)
def test_sizes_are_short(count: int, expected: str) -> None:
    assert short(count, BYTES) == expected
