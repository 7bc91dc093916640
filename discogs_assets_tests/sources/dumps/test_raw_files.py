"""Which dump file of a month is taken, at the publisher and in the store."""

from datetime import date
from pathlib import Path

import pytest

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.dumps.download import published_checksum
from discogs_assets.sources.dumps.folder import FolderCatalogue
from discogs_assets.sources.dumps.raw_files import find_stored
from discogs_assets.storage.local import LocalStore

JANUARY = date(2026, 1, 1)
NAME = "discogs_20260101_artists.xml.gz"
HASH = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("lines", "expected", "is_told"),
    [
        (f"{HASH}  ./{NAME}\n", HASH, False),
        (f"{HASH}  discogs_20260101_labels.xml.gz\n", None, True),
        (None, None, False),
    ],
)
def test_the_list_of_checksums_is_used_or_it_is_told(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    lines: str | None,
    expected: str | None,
    is_told: bool,
) -> None:
    (tmp_path / NAME).write_bytes(b"x")
    if lines:
        (tmp_path / "discogs_20260101_CHECKSUM.txt").write_text(lines)
    catalogue = FolderCatalogue.open(PUBLICATION, str(tmp_path))
    [dump] = catalogue.dumps(2026)
    assert published_checksum(catalogue, dump, "artists") == expected
    assert (f"has no line for {NAME}, only for" in caplog.text) == is_told


def test_a_second_download_of_a_browser_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = LocalStore(str(tmp_path))
    for name in (NAME, NAME.replace(".xml", " (1).xml"), "notes.xml.gz"):
        store.write(f"raw/discogs/2026/{name}", b"x")
    assert find_stored(PUBLICATION, store, "artists", JANUARY, LoggedProgress()).key.endswith(NAME)
    assert "'discogs_20260101_artists (1).xml.gz' is not the name of a dump file" in caplog.text
