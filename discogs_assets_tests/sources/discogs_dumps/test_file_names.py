"""What a file's name tells, and what a list of checksums says."""

import math
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.errors import ListingError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION, parse_file_name
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.files import parse_checksums

HASH = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("discogs_20260101_artists.xml.gz", (date(2026, 1, 1), "artists")),
        ("discogs_20200806_releases.xml.gz", (date(2020, 8, 6), "releases")),
        ("discogs_20260101_CHECKSUM.txt", (date(2026, 1, 1), "CHECKSUM")),
    ],
)
def test_a_file_name_tells_date_and_kind(name: str, expected: tuple[date, str]) -> None:
    assert parse_file_name(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "discogs_20260230_artists.xml.gz",
        "discogs_20260101_artists.xml",
        "discogs_20260101_CHECKSUM.xml.gz",
        "discogs_20260101_artists.xml.gz.part",
        "discogs_20260101_films.xml.gz",
        "",
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ListingError, match="expected discogs_YYYYMMDD_TYPE"):
        parse_file_name(name)


@pytest.mark.parametrize(
    ("size", "tolerance", "expected"),
    [(388, 0, (388, 388, 388)), (1000, 50, (950, None, 1050)), (None, 0, (0, None, math.inf))],
)
def test_a_size_is_exact_rounded_or_unknown(
    size: int | None, tolerance: int, expected: tuple[int, int | None, float]
) -> None:
    file = PUBLICATION.describe(
        "discogs_20260101_labels.xml.gz", size, None, size_tolerance=tolerance
    )
    assert (file.smallest_size, file.exact_size, file.largest_size) == expected


@pytest.mark.parametrize(
    "line",
    [
        f"{HASH} one.gz",
        f"{HASH.upper()}  one.gz\r",
        f"{HASH} *one.gz",
        f"{HASH}\tone.gz",
        f"{HASH}  ./one.gz",
        f"{HASH}  data/2026/my dumps/one.gz",
        f"{HASH} *C:\\dumps\\one.gz",
        f"SHA256 (one.gz) = {HASH}",
        f"SHA256 (data/one.gz) = {HASH.upper()}",
        f"SHA2-256(one.gz)= {HASH}",
    ],
)
def test_the_ways_to_write_a_checksum(line: str) -> None:
    text = f"# of January\n\n{line}\n{HASH[::-1]}  two.gz\n"
    assert parse_checksums(text, "here") == {"one.gz": HASH, "two.gz": HASH[::-1]}


@pytest.mark.parametrize("line", ["<html>", f"{HASH[1:]} short.gz", HASH, f"MD5 (a) = {HASH}"])
def test_a_bad_checksum_line_is_shown_with_its_number(line: str) -> None:
    with pytest.raises(ListingError, match=r"CHECKSUM.txt, line 2: expected .* found '") as caught:
        parse_checksums(f"{HASH} good.gz\n{line}\n", "CHECKSUM.txt")
    assert line[:40] in str(caught.value)


def test_real_checksum_file(samples: Path) -> None:
    text = (samples / "listing/discogs_20260801_CHECKSUM.txt").read_text()
    checksums = parse_checksums(text, "20260801")
    assert sorted(checksums) == [f"discogs_20260801_{kind}.xml.gz" for kind in DUMP_TYPES]
    assert {len(checksum) for checksum in checksums.values()} == {64}
