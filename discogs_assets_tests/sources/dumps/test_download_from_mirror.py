"""Downloads from a bucket and from a folder, each into one of its kind."""

from datetime import date
from pathlib import Path

import pytest

from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.publisher.s3 import S3Catalogue
from discogs_assets.sources.dumps.catalogue import Catalogue, find_month
from discogs_assets.sources.dumps.folder import FolderCatalogue
from discogs_assets.sources.dumps.raw_files import Downloaded
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.s3 import S3Store
from discogs_assets_tests.support.publisher import DUMP, KEY, NAME, WHOLE, Download, listing, sha
from discogs_assets_tests.support.s3_bucket import new_bucket
from discogs_assets_tests.support.s3_server import s3_server

pytestmark = pytest.mark.slow

CHECKSUMS = "discogs_20260101_CHECKSUM.txt"
PUBLISHED = {NAME: DUMP, CHECKSUMS: f"{sha(DUMP)} {NAME}\n".encode()}
EXPECTED = Downloaded(
    KEY, sha(DUMP), len(DUMP), is_new=True, is_verified=True, fetched=len(DUMP) - 7000
)


def resume(catalogue: Catalogue, run: Download) -> Downloaded:
    """Download the artists of January 2026, of which a part is there."""
    run.leave_part(DUMP[:7000])
    dump = find_month(catalogue, date(2026, 1, 1))
    return run(catalogue, catalogue.checksums(dump)[NAME], dump.files["artists"])


def test_a_bucket_serves_a_bucket(tmp_path: Path) -> None:
    with s3_server() as url, new_bucket(url, "shelf") as client:
        for name, content in PUBLISHED.items():
            client.put_object(Bucket="shelf", Key=f"mirror/data/2026/{name}", Body=content)
        run = Download(S3Store("s3://shelf/own", tmp_path / "scratch", lambda: client))
        assert resume(S3Catalogue.open("s3://shelf/mirror", lambda: client), run) == EXPECTED
        assert run.progress == [7000, len(DUMP) - 7000]
        assert listing(run.store) == WHOLE
        assert not run.part.exists()


def test_a_folder_serves_a_folder(tmp_path: Path, run: Download, store: LocalStore) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    for name, content in PUBLISHED.items():
        (mirror / name).write_bytes(content)
    assert resume(FolderCatalogue.open(PUBLICATION, str(mirror)), run) == EXPECTED
    assert run.progress == [7000, len(DUMP) - 7000]
    assert listing(store) == WHOLE
    assert (mirror / NAME).read_bytes() == DUMP
