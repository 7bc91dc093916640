"""The web site of the dumps: its listing pages, and its files by a `download` parameter.

What a listing page looks like stands in `site_page`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from discogs_assets.errors import SettingError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.publisher.site_page import Page, parse_page
from discogs_assets.sources.dumps.catalogue import Dump, Reading, group_dumps
from discogs_assets.sources.dumps.files import DumpFile, parse_checksums
from discogs_assets.sources.dumps.ranges import describe_reading
from discogs_assets.sources.http import Recent, SiteRequests


@dataclass
class SiteCatalogue:
    """Dumps on data.discogs.com, or on a site that behaves like it."""

    url: str
    user_agent: str
    pause_s: float = 5.0
    longest_wait_s: float = 7200.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    site: SiteRequests = field(init=False, repr=False)
    pages: Recent[Page] = field(init=False, repr=False)
    checksum_lists: Recent[dict[str, str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.site = SiteRequests(
            self.url, self.user_agent, self.pause_s, self.longest_wait_s, self.clock, self.sleep
        )
        self.pages = Recent(self.clock)
        self.checksum_lists = Recent(self.clock)

    @classmethod
    def open(cls, url: str, user_agent: str, pause_s: float, longest_wait_s: float) -> Self:
        """Return the catalogue of a site's address, or raise `SettingError`."""
        parts = urlsplit(url)
        if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
            raise SettingError(
                "DISCOGS_DUMPS_URL: expected an address like https://data.discogs.com/, "
                "found one without a host or with a user, a ? or a #"
            )
        return cls(url.rstrip("/") + "/", user_agent, pause_s, longest_wait_s)

    def years(self) -> list[int]:
        names = (folder.rstrip("/").rpartition("/")[2] for folder in self.list_page("").folders)
        return sorted(int(name) for name in names if len(name) == 4 and name.isdecimal())

    def dumps(self, year: int) -> list[Dump]:
        return group_dumps(self.iter_files(f"data/{year}/"), PUBLICATION)

    def checksums(self, dump: Dump) -> dict[str, str]:
        checksums: dict[str, str] = {}
        for file in dump.checksum_files:
            checksums |= self.checksum_lists.get(file.location, self.fetch_checksums)
        return checksums

    @contextmanager
    def read(self, file: DumpFile, offset: int) -> Iterator[Reading]:
        with self.site.ask("download", file.location, offset) as response:
            yield describe_reading(response, offset, self.site.where(file.location))

    def address(self, file: DumpFile) -> str:
        return self.site.address("download", file.location)

    def iter_files(self, prefix: str) -> Iterator[DumpFile]:
        """Yield every dump file of a prefix, those in folders below it included."""
        page = self.list_page(prefix)
        yield from page.files
        for folder in page.folders:
            yield from self.iter_files(folder)

    def list_page(self, prefix: str) -> Page:
        return self.pages.get(prefix, self.fetch_page)

    def fetch_page(self, prefix: str) -> Page:
        return parse_page(self.site.fetch("prefix", prefix), prefix, self.site.where(prefix))

    def fetch_checksums(self, key: str) -> dict[str, str]:
        text = self.site.fetch("download", key).decode(errors="replace")
        return parse_checksums(text, self.site.where(key))
