"""Records: as long and as varied as real ones, odd values included."""

import re
from statistics import mean

import pytest

from discogs_assets.errors import SettingError
from discogs_assets.sources.discogs_dumps.synthetic import iter_records
from discogs_assets_tests.sources.discogs_dumps.synthetic.made import COUNTS, records, tree


@pytest.mark.parametrize(
    ("path", "rate", "tolerance"),
    [
        ("tracklist//track", 8.3, 0.6),
        ("tracklist//artist", 5.8, 0.8),
        ("*/artist", 4.5, 0.4),
        ("companies/company", 1.6, 0.2),
        ("formats/format", 1.03, 0.03),
        ("labels/label", 1.16, 0.05),
        ("genres/genre", 1.34, 0.08),
        ("styles/style", 1.55, 0.15),
        ("identifiers/identifier", 2.0, 0.25),
        ("videos/video", 0.7, 0.15),
        ("notes", 0.62, 0.08),
        ("master_id", 0.62, 0.05),
    ],
)
def test_a_release_has_as_many_children_as_a_real_one(
    path: str, rate: float, tolerance: float
) -> None:
    found = len(tree("releases").findall(f"release/{path}")) / COUNTS["releases"]
    assert found == pytest.approx(rate, abs=tolerance)


@pytest.mark.parametrize(
    ("dump_type", "shortest", "longest"),
    [
        ("artists", 140, 180),
        ("labels", 160, 200),
        ("masters", 1080, 1320),
        ("releases", 3000, 3400),
    ],
)
def test_a_record_is_as_long_as_a_real_one(dump_type: str, shortest: int, longest: int) -> None:
    assert shortest <= mean(map(len, records(dump_type))) <= longest


def test_texts_have_carriage_returns_and_line_feeds() -> None:
    notes = [note.text or "" for note in tree("releases").iter("notes")]
    assert any("\r\n" in note for note in notes)
    assert any("\n" in note and "\r" not in note for note in notes)
    assert b"\r" not in b"".join(records("releases"))


def test_released_has_every_form() -> None:
    found = [date.text or "" for date in tree("releases").iter("released")]
    forms = {re.sub(r"\d", "9", date) for date in found if "-00" not in date}
    assert {"9999", "9999-99-99", "?", "Unknown"} <= forms
    assert any(re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-00", date) for date in found)
    assert any(date.endswith("-00-00") for date in found)


def test_odd_values_are_there() -> None:
    releases, artists = tree("releases"), tree("artists")
    assert max(len(form.get("qty", "")) for form in releases.iter("format")) == 64
    assert [name.text for name in artists.findall("artist/name")].count("\N{NO-BREAK SPACE}") == 1
    assert any(not url.text for url in artists.iter("url"))
    labels = [[dict(label.attrib) for label in list_] for list_ in releases.iter("labels")]
    assert any(len(list_) == 2 and list_[0] == list_[1] for list_ in labels)


@pytest.mark.parametrize(
    ("dump_type", "era", "message"),
    [
        ("releases", "2019", "era must be one of 2017, 2020, 2026, found '2019'"),
        ("tracks", "2026", "dump type must be one of .*, found 'tracks'"),
    ],
)
def test_an_unknown_era_or_type_is_refused(dump_type: str, era: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        iter_records(dump_type, 1, era=era)


def test_a_count_or_a_month_below_0_is_refused() -> None:
    with pytest.raises(SettingError, match="count must be 0 or more, found -1"):
        iter_records("labels", -1)
    with pytest.raises(SettingError, match="month must be 0 or more, found -2"):
        iter_records("labels", 1, month=-2)
