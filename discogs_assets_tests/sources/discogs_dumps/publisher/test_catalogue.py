"""What every catalogue does, and which one an address opens."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import ClassVar, NoReturn

import pytest

from discogs_assets.errors import DumpNotFoundError, SettingError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.publisher.catalogue import open_catalogue
from discogs_assets.sources.discogs_dumps.publisher.s3 import S3Catalogue
from discogs_assets.sources.discogs_dumps.publisher.site import SiteCatalogue
from discogs_assets.sources.dumps.catalogue import Catalogue, Reading, find_month
from discogs_assets.sources.dumps.folder import FolderCatalogue

HASH = "0123456789abcdef" * 4
CHECKSUM_LINE = f"{HASH} discogs_20191010_labels.xml.gz\n".encode()


def collect(reading: Reading, into: bytearray) -> None:
    """Append a reading's bytes as they come, so that those before an error are kept."""
    for chunk in reading.chunks:
        into += chunk


class CatalogueContract:
    """What every catalogue does; each one's test class gives it these files to publish."""

    PUBLISHED: ClassVar[dict[str, bytes]] = {
        "data/2019/discogs_20191003_releases.xml.gz": b"releases of the 3rd",
        "data/2019/discogs_20191010_CHECKSUM.txt": CHECKSUM_LINE,
        "data/2019/discogs_20191010_labels.xml.gz": b"labels of the 10th",
        "data/2026/01/discogs_20260101_artists.xml.gz": b"0123456789",
        "data/2026/discogs_20260801_labels.xml.gz": b"labels",
        "data/2026/index.html": b"not a dump file",
    }

    @pytest.fixture
    def catalogue(self) -> Catalogue | Iterator[Catalogue]:
        raise NotImplementedError

    def test_lists_years_and_dumps(self, catalogue: Catalogue) -> None:
        assert catalogue.years() == [2019, 2026]
        assert [(dump.date, sorted(dump.files)) for dump in catalogue.dumps(2019)] == [
            (date(2019, 10, 3), ["releases"]),
            (date(2019, 10, 10), ["CHECKSUM", "labels"]),
        ]
        assert [dump.date for dump in catalogue.dumps(2026)] == [
            date(2026, 1, 1),
            date(2026, 8, 1),
        ]

    def test_a_year_without_dumps_is_empty(self, catalogue: Catalogue) -> None:
        assert catalogue.dumps(2020) == []

    def test_knows_sizes(self, catalogue: Catalogue) -> None:
        file = find_month(catalogue, date(2026, 1, 1)).files["artists"]
        assert (file.size, file.exact_size) == (10, 10)

    def test_reads_checksums_of_a_month_in_parts(self, catalogue: Catalogue) -> None:
        dump = find_month(catalogue, date(2019, 10, 1))
        assert catalogue.checksums(dump) == {"discogs_20191010_labels.xml.gz": HASH}

    def test_a_dump_without_checksum_file_has_no_checksums(self, catalogue: Catalogue) -> None:
        assert catalogue.checksums(find_month(catalogue, date(2026, 1, 1))) == {}

    @pytest.mark.parametrize(
        ("offset", "expected", "is_whole"),
        [(0, b"0123456789", False), (4, b"456789", False), (10, b"", True), (11, b"", True)],
    )
    def test_reads_from_an_offset_on(
        self, catalogue: Catalogue, offset: int, expected: bytes, is_whole: bool
    ) -> None:
        file = find_month(catalogue, date(2026, 1, 1)).files["artists"]
        with catalogue.read(file, offset) as reading:
            assert b"".join(reading.chunks) == expected
            assert (reading.offset, reading.total, reading.is_whole) == (offset, 10, is_whole)

    def test_a_file_that_is_gone_is_not_found(self, catalogue: Catalogue) -> None:
        gone = PUBLICATION.describe("data/2026/discogs_20260101_masters.xml.gz", 1, None)
        refusal = pytest.raises(DumpNotFoundError, match="discogs_20260101_masters")
        with refusal, catalogue.read(gone, 0):
            pass


def no_client() -> NoReturn:
    raise AssertionError("opening a catalogue needs no S3 client")


def open_it(url: str) -> Catalogue:
    return open_catalogue(url, s3_client=no_client, user_agent="tests")


def test_the_address_tells_the_kind_of_catalogue(tmp_path: Path) -> None:
    assert isinstance(open_it("https://data.discogs.com"), SiteCatalogue)
    assert isinstance(open_it("s3://mirror/discogs"), S3Catalogue)
    assert isinstance(open_it(str(tmp_path)), FolderCatalogue)
    assert isinstance(open_it(tmp_path.as_uri()), FolderCatalogue)


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://data.discogs.com/", "s3://", "s3:///prefix", "https://", "/no/such/folder",
        "file://server/share", "https://me:secret@host/", "https://host/?prefix=data",
        "s3://me:secret@mirror/discogs", "s3://me:sec/secret@mirror/discogs", "s3://secret@mirror",
        "ftp://me:secret@host/", "file://me:secret@server/share", "me:secret@host/dumps",
    ],
)  # fmt: skip
def test_an_address_of_no_use_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match="DISCOGS_DUMPS_URL: expected") as caught:
        open_it(url)
    assert "secret" not in str(caught.value)
