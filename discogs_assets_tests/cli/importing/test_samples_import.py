"""The real dump files through the real command."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.discogs_dumps.xml.undeclared_paths import declared_paths
from discogs_assets_tests.support.workplace import Workplace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

COUNTS_OF_2020 = {
    "artist": 1000,
    "artist_alias": 548,
    "artist_image": 530,
    "artist_namevariation": 893,
    "artist_url": 460,
    "artist_group": 308,
    "group_member": 218,
    "label": 1000,
    "label_sublabel": 232,
    "label_url": 439,
    "label_image": 421,
    "master": 1000,
    "master_artist": 1174,
    "master_genre": 1315,
    "master_style": 1705,
    "master_video": 2176,
    "master_image": 3020,
    "release": 1000,
    "release_artist": 5053,
    "release_label": 1135,
    "release_format": 1037,
    "release_genre": 1302,
    "release_style": 1496,
    "release_identifier": 1672,
    "release_video": 2324,
    "release_company": 1678,
    "release_image": 2897,
    "release_track": 9430,
    "release_track_artist": 6721,
    "artist_quarantine": 0,
    "label_quarantine": 0,
    "master_quarantine": 0,
    "release_quarantine": 0,
}

MONTHS = {"2017": "2017/04", "2020": "2020/08", "2025": "2025/01", "2026": "2026/01"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Workplace:
    """Return a workplace where the samples were imported."""
    place = Workplace(tmp_path_factory.mktemp("samples"))
    for year, month in MONTHS.items():
        source = str(samples / f"discogs_{year}")
        # A sample has fewer records than the one before, as no month has.
        found = place.command("import", "--source", source, "--year-month", month, "--accept")
        assert (found.returncode, found.stderr) == (0, "")
    return place


def test_the_rows_of_2020(place: Workplace) -> None:
    found = place.ask("SELECT \"table\", rows FROM discogs.loaded_month WHERE month = '2020-08-01'")
    rows: dict[str, int] = dict(found)
    assert {name: rows[name] for name in COUNTS_OF_2020} == COUNTS_OF_2020
    month = "WHERE month = '2020-08-01'"
    for name, expected in COUNTS_OF_2020.items():
        assert place.count(f"discogs.{name} {month}") == expected, name


def test_the_sub_tracks_of_2020(place: Workplace) -> None:
    sub_tracks = "discogs.release_track WHERE month = '2020-08-01' AND parent_sequence IS NOT NULL"
    assert place.count(sub_tracks) == 252
    credits_ = (
        "discogs.release_track_artist AS artist JOIN discogs.release_track AS track "
        "ON artist.release_id = track.release_id AND track_sequence = track.sequence "
        "AND artist.month = track.month "
        "WHERE track.month = '2020-08-01' AND parent_sequence IS NOT NULL"
    )
    assert place.count(credits_) == 11


def test_nothing_is_refused_and_no_path_is_unknown(place: Workplace) -> None:
    lake = place.platform().lake
    found = {
        (group, month.year): lake.manifest(group, month)
        for group in lake.groups
        for month in lake.months(group)
    }
    assert len(found) == 4 * len(MONTHS)
    for key, manifest in found.items():
        assert manifest.undeclared == {}, key
        assert manifest.records > 0, key
        assert [n for n, t in manifest.tables.items() if "quarantine" in n and t.rows] == [], key


def iter_paths(element: etree._Element, path: str) -> Iterator[str]:
    """Yield the path of an element, of its attributes and of all below it."""
    yield path
    yield from (f"{path}/@{name!s}" for name in element.attrib)
    for child in element.iterchildren(etree.Element):
        yield from iter_paths(child, f"{path}/{child.tag!s}")


@pytest.mark.parametrize("name", [*DUMP_TYPES])
def test_every_path_is_declared_or_left_out_with_a_reason(samples: Path, name: str) -> None:
    declared = declared_paths(DUMP_TYPES[name])
    files = sorted(samples.glob(f"discogs_*/discogs_*_{name}.xml.gz"))
    assert len(files) == len(MONTHS)
    for path in files:
        root = etree.fromstring(gzip.decompress(path.read_bytes()))
        assert {*iter_paths(root, f"/{name}")} - declared == set(), path.name


def test_the_newest_month_is_shown(place: Workplace) -> None:
    of_2026 = place.count("discogs.release WHERE month = '2026-01-01'")
    assert place.count("release") == of_2026


def test_dumps_lists_them(place: Workplace, samples: Path) -> None:
    for year, month in MONTHS.items():
        source = str(samples / f"discogs_{year}")
        found = place.command("dumps", "--source", source, "--year", year)
        assert (found.returncode, found.stderr) == (0, "")
        [line] = [line for line in found.stdout.splitlines() if line.startswith(f" {year}-")]
        assert line.startswith(f" {month.replace('/', '-')}-")
        assert line.split()[-3:] == ["yes", "yes", "yes"]
