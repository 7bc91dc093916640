"""The web site of the dumps: `LATEST`, a folder a dump, and in it `SHA256SUMS` and the files."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from discogs_assets.errors import DumpGoneError, DumpNotFoundError, SettingError
from discogs_assets.sources.dumps.catalogue import Dump, Reading, group_dumps
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.dumps.ranges import describe_reading
from discogs_assets.sources.http import Recent, SiteRequests
from discogs_assets.sources.musicbrainz_dumps.publication import SETTING, SUMS, stamp_in
from discogs_assets.sources.musicbrainz_dumps.publisher.listing import (
    choose_stamps,
    iter_files,
    parse_latest,
    parse_listing,
    parse_sums,
)
from discogs_assets.sources.musicbrainz_dumps.publisher.signature import has_gpg, is_signed

LATEST = "LATEST"

logger = logging.getLogger(__name__)


@dataclass
class SiteCatalogue:
    """Dumps on data.metabrainz.org, or on a mirror of it."""

    publication: Publication
    url: str
    user_agent: str
    pause_s: float = 1.0
    longest_wait_s: float = 7200.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    site: SiteRequests = field(init=False, repr=False)
    pages: Recent[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.site = SiteRequests(
            self.url,
            self.user_agent,
            self.pause_s,
            self.longest_wait_s,
            self.clock,
            self.sleep,
            SETTING,
        )
        self.pages = Recent(self.clock)

    @classmethod
    def open(cls, publication: Publication, url: str, user_agent: str, wait_s: float) -> Self:
        """Return the catalogue of a site's address, or raise `SettingError`."""
        parts = urlsplit(url)
        if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
            raise SettingError(
                f"{SETTING}: expected an address like https://data.metabrainz.org/…/json-dumps/, "
                "found one without a host or with a user, a ? or a #"
            )
        return cls(publication, url.rstrip("/") + "/", user_agent, longest_wait_s=wait_s)

    def years(self) -> list[int]:
        return sorted({int(stamp[:4]) for stamp in self.stamps()})

    def stamps(self) -> list[str]:
        """Return the stamps of the dumps that are there, oldest first."""
        latest = parse_latest(self.page(LATEST), self.site.where(LATEST))
        return choose_stamps(self.links(""), latest, self.url)

    def dumps(self, year: int) -> list[Dump]:
        stamps = [stamp for stamp in self.stamps() if stamp.startswith(f"{year:04}")]
        files = (file for stamp in stamps for file in self.files(stamp))
        return group_dumps(files, self.publication)

    def files(self, stamp: str) -> list[DumpFile]:
        """Return the files of a dump; none when it was removed since it was listed."""
        try:
            sums = self.sums(stamp)
        except DumpNotFoundError:
            logger.warning("%s%s/ is left out: it is gone, or has no %s", self.url, stamp, SUMS)
            return []
        names = [name.removeprefix(f"{stamp}-") for name in sums]
        folder = f"{stamp}/"
        return [*iter_files(self.publication, stamp, names, self.links(folder), folder)]

    def checksums(self, dump: Dump) -> dict[str, str]:
        sums: dict[str, str] = {}
        for file in dump.checksum_files:
            stamp = stamp_in(file.name)
            self.check_signature(stamp)
            sums |= self.sums(stamp)
        return sums

    def check_signature(self, stamp: str) -> None:
        """Raise ListingError when a dump's checksums have a signature that is not theirs."""
        if not has_gpg():
            return
        path = f"{stamp}/{SUMS}"
        try:
            signature = self.page(f"{path}.asc")
        except DumpNotFoundError:
            return
        is_signed(self.page(path), signature, self.site.where(path))

    @contextmanager
    def read(self, file: DumpFile, offset: int) -> Iterator[Reading]:
        try:
            response = self.site.ask("", file.location, offset)
        except DumpNotFoundError as error:
            raise DumpGoneError(
                f"{self.address(file)}: expected a dump that was listed, it is gone: MusicBrainz "
                "keeps the newest two and removes older ones, also while they are read; this is no "
                "outage: import the newest, with discogs-assets import --source musicbrainz"
            ) from error
        with response:
            yield describe_reading(response, offset, self.site.where(file.location), SETTING)

    def address(self, file: DumpFile) -> str:
        return f"{self.url}{file.location}"

    def sums(self, stamp: str) -> dict[str, str]:
        path = f"{stamp}/{SUMS}"
        return parse_sums(self.page(path), stamp, self.site.where(path))

    def links(self, folder: str) -> dict[str, int | None]:
        """Return what the page of a folder lists; nothing where there is no such page."""
        try:
            return parse_listing(self.page(folder))
        except DumpNotFoundError:
            return {}

    def page(self, path: str) -> str:
        return self.pages.get(path, self.fetch_page)

    def fetch_page(self, path: str) -> str:
        return self.site.fetch("", path).decode(errors="replace")
