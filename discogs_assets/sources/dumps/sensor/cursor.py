"""What one look at the publisher tells the next, as text: until when not to ask, and checksums."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from discogs_assets.errors import SettingError, SourceError, TransientError
from discogs_assets.sources.dumps.catalogue import Catalogue, Dump, parse_checksum_files
from discogs_assets.sources.dumps.files import DumpFile

LONG_AGO = datetime.min.replace(tzinfo=UTC)
LONGEST_WAIT = timedelta(days=1)
"""A publisher that asks for more is asked again after a day."""


@dataclass(frozen=True)
class ChecksumList:
    """What a checksum file said, and the size and time by which it is known to be the same."""

    size: int | None
    modified: str
    sha256: dict[str, str]


@dataclass
class SensorCursor:
    """What is remembered of the publisher at `url`; `lists` is by the checksum file's location.

    `not_before` is when it may be asked again, in the past when it did not ask to wait.
    """

    url: str
    not_before: datetime = LONG_AGO
    lists: dict[str, ChecksumList] = field(default_factory=dict)

    @classmethod
    def from_json(cls, text: str, url: str) -> Self:
        """Return what was remembered of `url`, nothing when it was of another publisher.

        Raises SettingError when the text is no memory.
        """
        try:
            fields = json.loads(text)
            memory = cls(
                fields["url"],
                datetime.fromisoformat(fields["not_before"]).astimezone(UTC),
                {place: ChecksumList(**known) for place, known in fields["lists"].items()},
            )
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise SettingError(
                f"expected the sensor's own JSON in its cursor, found {text[:60]!r} ({error}); "
                "nothing is lost: the checksums are read again"
            ) from error
        return memory if memory.url == url else cls(url)

    def to_json(self) -> str:
        lists = {place: asdict(known) for place, known in [*self.lists.items()]}
        return json.dumps(
            {"url": self.url, "not_before": self.not_before.isoformat(), "lists": lists}
        )

    def note_retry_after(self, error: SourceError, now: datetime) -> None:
        """Remember how long the publisher asks to wait, if it does."""
        if isinstance(error, TransientError) and error.retry_after_s is not None:
            asked_s = min(error.retry_after_s, LONGEST_WAIT.total_seconds())
            self.not_before = now + timedelta(seconds=asked_s)

    def checksums(self, catalogue: Catalogue, dump: Dump) -> dict[str, str]:
        """Return a dump's SHA-256 by file name; a list that is known is not read again."""
        checksums: dict[str, str] = {}
        for file in dump.checksum_files:
            if not self.knows(file):
                # Read as it is now: what `catalogue.checksums` keeps may be older than the listing.
                sha256 = parse_checksum_files(catalogue, [file])
                self.lists[file.location] = ChecksumList(file.size, modified_text(file), sha256)
            checksums |= self.lists[file.location].sha256
        return checksums

    def knows(self, file: DumpFile) -> bool:
        """Tell whether a checksum file is the one that was read; never without a time."""
        if file.modified is None or file.location not in self.lists:
            return False
        known = self.lists[file.location]
        return (known.size, known.modified) == (file.size, modified_text(file))

    def keep_only(self, dumps: Iterable[Dump]) -> None:
        """Forget the checksum files of all other dumps."""
        places = {file.location for dump in dumps for file in dump.checksum_files}
        self.lists = {place: known for place, known in self.lists.items() if place in places}


def modified_text(file: DumpFile) -> str:
    return "" if file.modified is None else file.modified.isoformat()
