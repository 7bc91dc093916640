"""January 2026 on a local web site, and its download as an import does it."""

from dataclasses import replace
from datetime import date

from discogs_assets.sources.discogs_dumps.publisher.site import SiteCatalogue
from discogs_assets.sources.dumps.catalogue import Catalogue, find_month
from discogs_assets.sources.dumps.raw_files import Downloaded
from discogs_assets_tests.support.discogs_site import DiscogsSite
from discogs_assets_tests.support.publisher import DUMP, NAME, Download, sha

LOCATION = f"data/2026/{NAME}"
CHECKSUMS = "data/2026/discogs_20260101_CHECKSUM.txt"


def checksum_file(content: bytes) -> bytes:
    return f"{sha(content)} {NAME}\n".encode()


def new_site() -> DiscogsSite:
    return DiscogsSite({LOCATION: DUMP, CHECKSUMS: checksum_file(DUMP)})


def no_sleep(seconds: float) -> None:
    raise AssertionError("waiting for a file is the downloader's work")


def open_site(site: DiscogsSite) -> SiteCatalogue:
    return SiteCatalogue(site.url, "tests", pause_s=0, sleep=no_sleep)


def fetch(catalogue: Catalogue, run: Download, location: str | None = None) -> Downloaded:
    """Download the artists of January 2026 as an import does: list, read checksums, download."""
    dump = find_month(catalogue, date(2026, 1, 1))
    file = dump.files["artists"]
    sha256 = catalogue.checksums(dump).get(file.name)
    return run(catalogue, sha256, replace(file, location=location or file.location))


def cut(site: DiscogsSite, *after: int) -> None:
    """Cut the next downloads of the dump file; the checksums come before it, whole."""
    site.cuts = [len(site.files[CHECKSUMS]), *after] if CHECKSUMS in site.files else [*after]


def ranges(site: DiscogsSite) -> list[str | None]:
    """Return the part that each request for the dump file asked for, None for all of it."""
    return [request.headers.get("Range") for request in site.downloads() if NAME in request.path]
