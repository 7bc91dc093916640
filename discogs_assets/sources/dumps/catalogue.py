"""What a publisher has: its dumps by date, and their files to be read."""

import datetime
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from discogs_assets.display.text import dump_day
from discogs_assets.errors import DumpNotFoundError
from discogs_assets.sources.dumps.files import CHECKSUM, DumpFile, parse_checksums
from discogs_assets.sources.dumps.origin import NOWHERE, Origin
from discogs_assets.sources.dumps.publication import Publication

logger = logging.getLogger(__name__)

SETTLED_AFTER = datetime.timedelta(days=14)
"""A dump without a checksum file counts as complete when nothing came for this long."""

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Dump:
    """One dated publication, or the parts of a month put together; `files` is by kind.

    A month in parts can have several checksum files: the newest is in `files`, the others in
    `other_checksum_files`.
    """

    date: datetime.date
    files: Mapping[str, DumpFile]
    publication: Publication
    other_checksum_files: tuple[DumpFile, ...] = ()

    @property
    def month(self) -> datetime.date:
        return self.publication.partition(self.date)

    @property
    def partition_key(self) -> str:
        """What Dagster calls its partition."""
        names = [file.name for file in self.files.values()]
        return self.publication.partition_key(names[0]) if names else str(self.month)

    @property
    def types(self) -> tuple[str, ...]:
        """The dump types it has, in the order of import."""
        return tuple(kind for kind in self.publication.types if kind in self.files)

    @property
    def expected(self) -> tuple[str, ...]:
        """The dump types that its month should have, in the order of import."""
        return self.publication.expected(self.month)

    @property
    def missing(self) -> tuple[str, ...]:
        """The dump types that are expected and not there, in the order of import."""
        return tuple(kind for kind in self.expected if kind not in self.files)

    @property
    def checksum_files(self) -> tuple[DumpFile, ...]:
        """Every checksum file, oldest first, but for empty ones: 20131001 has such a one."""
        newest = (self.files[CHECKSUM],) if CHECKSUM in self.files else ()
        return tuple(file for file in (*self.other_checksum_files, *newest) if file.size != 0)

    def is_complete(self, now: datetime.datetime) -> bool:
        """Tell whether it has every type, and none of them is still to change."""
        return not self.missing and self.is_settled(now)

    def is_settled(self, now: datetime.datetime) -> bool:
        """Tell whether nothing more is to come: the files of a dump appear over hours or days."""
        if self.checksum_files:
            return True
        modified = [file.modified for file in self.files.values() if file.modified is not None]
        return not modified or now - max(modified) > SETTLED_AFTER


@dataclass
class Reading:
    """A file being read: `chunks` start at byte `offset` of it, which may be less than asked for.

    `total` is the size of the whole file, None when the publisher does not say. `is_whole` means
    that nothing follows the offset that was asked for. `origin` tells the publication.
    """

    chunks: Iterator[bytes]
    offset: int
    total: int | None
    is_whole: bool
    origin: Origin = NOWHERE


class Catalogue(Protocol):
    """A place where dumps are published."""

    url: str

    def years(self) -> list[int]:
        """Return the years that have dumps, ascending."""

    def dumps(self, year: int) -> list[Dump]:
        """Return a year's publications as they are, ascending; a month can have two."""

    def checksums(self, dump: Dump) -> dict[str, str]:
        """Return SHA-256 by file name; empty when the dump has no checksum file."""

    def read(self, file: DumpFile, offset: int) -> AbstractContextManager[Reading]:
        """Open a file from byte `offset` on."""

    def address(self, file: DumpFile) -> str:
        """Return where a person finds a file: a web or S3 address, or a path."""


def group_dumps(files: Iterable[DumpFile], publication: Publication) -> list[Dump]:
    """Return files grouped by date, ascending, without known bad files and empty dumps.

    Of two copies of one file the one with the shorter location is taken.
    """
    dumps: dict[datetime.date, dict[str, DumpFile]] = {}
    for file in sorted(files, key=lambda file: (file.date, len(file.location), file.location)):
        if file.name in publication.known_bad:
            logger.info("%s is not used: %s", file.name, publication.known_bad[file.name])
        elif file.size == 0 and file.kind != CHECKSUM:
            logger.warning("%s is not used: it is empty (%s)", file.name, file.location)
        else:
            dumps.setdefault(file.date, {}).setdefault(file.kind, file)
    return [Dump(day, by_kind, publication) for day, by_kind in dumps.items()]


def join_month(dumps: Sequence[Dump]) -> Dump:
    """Return one month's files out of its dumps, which ascend by date and are at least one.

    The newest dump that lacks no type is taken as it is; without one, each type's newest file.
    """
    for dump in reversed(dumps):
        if not dump.missing:
            return dump
    files = {kind: dump.files[kind] for dump in dumps for kind in dump.types}
    used_dates = {file.date for file in files.values()}
    used = [dump for dump in dumps if dump.date in used_dates]
    checksums = [file for dump in used for file in dump.checksum_files]
    if checksums:
        files[CHECKSUM] = checksums[-1]
    last = dumps[-1]
    day = max(used_dates, default=last.date)
    return Dump(day, files, last.publication, tuple(checksums[:-1]))


def iter_months(catalogue: Catalogue, year: int) -> Iterator[Dump]:
    """Yield a year's months that have any dump type, the newest first."""
    months: dict[datetime.date, list[Dump]] = {}
    for dump in catalogue.dumps(year):
        months.setdefault(dump.month, []).append(dump)
    for _, dumps in sorted(months.items(), reverse=True):
        if (joined := join_month(dumps)).types:
            yield joined


def find_month(catalogue: Catalogue, month: datetime.date) -> Dump:
    """Return a month's files, whatever is missing, or raise `DumpNotFoundError`."""
    for dump in iter_months(catalogue, month.year):
        if dump.month == dump.publication.partition(month):
            return dump
    raise DumpNotFoundError(
        f"{catalogue.url}: no dump of {dump_day(month)}; {describe_months_near(catalogue, month)}"
    )


def describe_months_near(catalogue: Catalogue, month: datetime.date) -> str:
    """Return a sentence that names up to three months on either side of one that is not there."""
    years = sorted(catalogue.years(), key=lambda year: abs(year - month.year))[:3]
    months = sorted(dump.month for year in years for dump in iter_months(catalogue, year))
    near = [day for day in months if day < month][-3:] + [day for day in months if day > month][:3]
    return f"there are {', '.join(f'{dump_day(day)}' for day in near)}" if near else "there is none"


def newest_settled(catalogue: Catalogue, now: datetime.datetime, types: Sequence[str] = ()) -> Dump:
    """Return the newest month that has some types, and of which nothing more is to come at `now`.

    Without types it is the newest complete one; where none is complete, as in a folder of one type
    only, the newest that has any. Raises `DumpNotFoundError`.
    """
    waiting: list[str] = []
    parts: list[Dump] = []
    for dump in iter_newest(catalogue):
        wanted = types or dump.expected
        lacks = [kind for kind in wanted if kind not in dump.files]
        if dump.is_settled(now):
            if not lacks:
                return dump
            parts.append(dump)
        waiting.append(f"{dump.date} lacks {', '.join(lacks) or 'a checksum file'}")
    if parts and not types:
        return parts[0]
    what = f"dump of {', '.join(types)}" if types else "complete dump"
    raise DumpNotFoundError(
        f"{catalogue.url}: no {what}; {'; '.join(waiting[:3]) or 'nothing is published'}"
    )


def iter_newest(catalogue: Catalogue) -> Iterator[Dump]:
    """Yield every month that has any dump type, the newest first."""
    for year in reversed(catalogue.years()):
        yield from iter_months(catalogue, year)


def read_checksums(catalogue: Catalogue, dump: Dump) -> dict[str, str]:
    """Read and parse every checksum file of a dump."""
    return parse_checksum_files(catalogue, dump.checksum_files)


def parse_checksum_files(catalogue: Catalogue, files: Iterable[DumpFile]) -> dict[str, str]:
    checksums: dict[str, str] = {}
    for file in files:
        with catalogue.read(file, 0) as reading:
            text = b"".join(reading.chunks).decode(errors="replace")
        found = parse_checksums(text, f"{catalogue.url} {file.name}")
        checksums |= {f"{file.prefix}{name}": sha256 for name, sha256 in found.items()}
    return checksums
