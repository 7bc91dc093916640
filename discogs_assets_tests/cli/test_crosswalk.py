"""`discogs-assets crosswalk`, from the command line to what it prints."""

import csv
import json
from io import StringIO
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.cli import main
from discogs_assets.cli.runs.crosswalk import print_crosswalk
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.warehouse.database import Warehouse
from discogs_assets_tests.support.crosswalk_rows import (
    EARLIER,
    LATER,
    create_tables,
    mbid,
    page,
    put,
    relation,
)
from discogs_assets_tests.support.workplace import Workplace

Capture = pytest.CaptureFixture[str]
BARCODE = "4988064451180"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """Return a workplace with two releases that both sides have; one is linked later."""
    place = Workplace(tmp_path)
    with Warehouse(place.warehouse).writer() as connection:
        create_tables(connection)
        for number in (1, 2):
            title = f"A title of {number}"
            put(connection, "discogs.release", {"id": number, "title": title, "country": "UK"})
            code = {"release_id": number, "type": "Barcode", "value": f"{BARCODE[:-2]}{number}"}
            put(connection, "discogs.release_identifier", {**code, "sequence": 1})
            release = {"id": mbid(number), "title": title, "barcode": code["value"]}
            for day in (EARLIER, LATER):
                put(connection, "musicbrainz.release", release, month=day)
        link = relation("release", 2, page("release", 2))
        put(connection, "musicbrainz.release_url", link, month=LATER)
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    return place


def compute(place: Workplace) -> None:
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        print_crosswalk(place.platform(), instance, LoggedProgress())


@pytest.mark.slow
def test_compute_is_a_run_that_tells_rows(place: Workplace, capsys: Capture) -> None:
    compute(place)
    assert capsys.readouterr().out.splitlines() == [
        "crosswalk.link: 1 rows",
        "crosswalk.link_finding: 0 rows",
        "crosswalk.link_candidate: 1 rows",
        "crosswalk.cut_key: 0 rows",
    ]
    assert place.ask("SELECT mbid, discogs_id FROM crosswalk_newest.link_candidate") == [
        (mbid(1), 1)
    ]
    out = place.folder / "links.tsv"
    assert main.main(["crosswalk", "export", "--out", str(out), "--least-score", "5"]) == 0
    [row] = csv.DictReader(StringIO(out.read_text()), delimiter="\t")
    assert (row["mbid"], row["discogs_url"]) == (mbid(1), page("release", 1))
    assert row["evidence"].startswith("barcode=same title=same")
    assert row["edit_url"].startswith(f"https://musicbrainz.org/release/{mbid(1)}/edit?")
    assert main.main(["crosswalk", "export", "--least-score", "999"]) == 0
    assert capsys.readouterr().out == "mbid\tdiscogs_url\tscore\tevidence\tedit_url\n"
    assert main.main(["crosswalk", "export", "--out", str(place.folder)]) == 1
    assert capsys.readouterr().err.endswith("choose another --out\n")


def test_evaluate_writes_nothing_into_the_warehouse(place: Workplace, capsys: Capture) -> None:
    before = place.warehouse.read_bytes()
    between = ["crosswalk", "evaluate", "--between", "2026-05-20", "20260523-001002"]
    assert main.main([*between, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    dates = {
        "musicbrainz": "2026-05-20",
        "musicbrainz_later": "2026-05-23",
        "discogs": "2026-05-01",
    }
    assert {name: found[name] for name in dates} == dates
    assert (found["releases"], found["coverage"], found["recall_at_1"]) == (1, 1.0, 1.0)
    assert main.main(between) == 0
    output = capsys.readouterr().out
    assert "1 links that are new in 2026-05-23; candidates of MusicBrainz 2026-05-20" in output
    assert "precision" in output
    assert place.warehouse.read_bytes() == before


def test_what_is_missing_is_said(place: Workplace, capsys: Capture) -> None:
    assert main.main(["crosswalk", "export"]) == 1
    expected = (
        "expected candidates in the warehouse, found none; run discogs-assets crosswalk compute"
    )
    assert expected in capsys.readouterr().err
    between = ["crosswalk", "evaluate", "--between", "2026-05-20", "2026-05-21"]
    assert main.main(between) == 1
    assert "expected 2026-05-21 with every table of musicbrainz" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main.main(["crosswalk", "evaluate", "--between", "2026-05", "x"])
    assert "expected a month as 2026/01 or 2026-01, found 'x'" in capsys.readouterr().err
