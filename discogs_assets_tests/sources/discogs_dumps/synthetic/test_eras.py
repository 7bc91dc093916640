"""Eras: what the dumps of some years write, and others do not."""

import re

import pytest

from discogs_assets_tests.sources.discogs_dumps.synthetic.made import text, tree


@pytest.mark.parametrize(
    ("era", "dump_type", "written"),
    [
        ("2017", "releases", '<label catno="'),
        ("2017", "releases", "<anv></anv><join></join>"),
        ("2017", "releases", "<companies/>"),
        ("2017", "releases", '<image height="'),
        ("2017", "releases", "<id>0</id>"),
        ("2017", "releases", "<master_id>"),
        ("2017", "artists", "<profile></profile>"),
        ("2017", "artists", "<aliases><name>"),
        ("2017", "labels", "<sublabels><label>"),
        ("2020", "releases", '<image type="primary" uri="" uri150="" width="'),
        ("2020", "releases", "<anv/><join/>"),
        ("2020", "releases", "&#8531; RPM"),
        ("2020", "releases", "&#119070;"),
        ("2020", "releases", "<id>0</id>"),
        ("2020", "releases", '<master_id is_main_release="true">'),
        ("2020", "labels", "<label/>"),
        ("2026", "releases", "<series><series name="),
        ("2026", "releases", "<artist><name>"),
        ("2026", "releases", "<track><title>Side One</title></track>"),
        ("2026", "releases", "</duration><sub_tracks>"),
        ("2026", "releases", "⅓ RPM"),
        ("2026", "releases", "\N{MUSICAL SYMBOL G CLEF}"),
        ("2026", "artists", '<aliases><name id="'),
        ("2026", "artists", '<members><name id="'),
        ("2026", "artists", "<urls/>"),
        ("2026", "labels", '<parentLabel id="'),
        ("2026", "labels", '<sublabels><label id="'),
        ("2026", "masters", "<year>0</year>"),
    ],
)
def test_an_era_writes(era: str, dump_type: str, written: str) -> None:
    assert written in text(dump_type, era)


@pytest.mark.parametrize(
    ("era", "dump_type", "absent"),
    [
        ("2017", "artists", '<name id="'),
        ("2017", "releases", "is_main_release"),
        ("2017", "releases", "<sub_tracks>"),
        ("2020", "releases", "<series>"),
        ("2026", "releases", "<image"),
        ("2026", "releases", "<id>0</id>"),
        ("2026", "releases", "<anv/>"),
        ("2026", "artists", "<profile/>"),
    ],
)
def test_an_era_does_not_write(era: str, dump_type: str, absent: str) -> None:
    assert absent not in text(dump_type, era)


def test_only_2020_writes_numeric_references() -> None:
    assert text("releases", "2020").isascii()
    assert not re.search("&#(?!13;)", text("releases", "2017") + text("releases", "2026"))


def test_members_are_pairs_until_2020() -> None:
    pair = re.search(r"<members><id>(\d+)</id><name>", text("artists", "2017"))
    both = re.search(r'<members><id>(\d+)</id><name id="(\d+)">', text("artists", "2020"))
    assert pair
    assert both
    assert both[1] == both[2]


def test_status_is_missing_from_some_releases_of_2026() -> None:
    found = [release.get("status") for release in tree("releases")]
    assert set(found) == {None, "Accepted", "Draft"}
