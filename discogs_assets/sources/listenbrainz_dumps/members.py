"""Have the Parquet files of a dump at hand that a listen month is to be read from.

Members of the Spark dump by range, or out of the whole of it, or lines of the JSON dump.
"""

import logging
import shutil
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from discogs_assets.display.progress import Progress, Step
from discogs_assets.display.text import size
from discogs_assets.errors import DumpError
from discogs_assets.sources.listenbrainz_dumps.download import (
    Part,
    PartDownload,
    refuse_no_room,
    verify,
)
from discogs_assets.sources.listenbrainz_dumps.json_dump import write_month
from discogs_assets.sources.listenbrainz_dumps.listing import Dump
from discogs_assets.sources.listenbrainz_dumps.member_search import MemberTimes, find_members
from discogs_assets.sources.listenbrainz_dumps.place import FolderPlace, Place
from discogs_assets.sources.listenbrainz_dumps.range_file import RangeFile
from discogs_assets.sources.listenbrainz_dumps.range_tar import (
    PARQUET,
    Member,
    Members,
    index_members,
    members_from_json,
)
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.store import Store

T = TypeVar("T")
SCRATCH = "listenbrainz"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Files:
    """Parquet files at hand; `sha256` is that of their archive, "" where parts of it were read."""

    paths: Sequence[Path]
    sha256: str = ""


@dataclass
class DumpFiles:
    """Fetches from a place into the scratch folder of a store, one process at a time."""

    place: Place
    store: Store
    progress: Progress
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def folder(self, dump: Dump) -> Path:
        """Return where files of a dump lie for a while; it is made, and those of others removed."""
        folder = self.store.scratch / SCRATCH
        with disk_errors(folder):
            for other in folder.glob("listenbrainz-dump-*"):
                if other.name != dump.name:
                    shutil.rmtree(other)
            (folder / dump.name).mkdir(parents=True, exist_ok=True)
        return folder / dump.name

    @contextmanager
    def scratch(self, dump: Dump) -> Iterator[Path]:
        """Give the folder of a dump; it is removed after, and kept where a download broke off."""
        with self.store.lock("listenbrainz download"):
            folder = self.folder(dump)
            try:
                yield folder
            except DumpError:
                shutil.rmtree(folder)
                raise
            shutil.rmtree(folder)

    @contextmanager
    def of_month(self, dump: Dump, month: date) -> Iterator[Files]:
        """Give those members of the Spark dump that have the month; the others are not fetched."""
        archive = dump.archive(is_json=False)
        with self.scratch(dump) as folder:
            yield Files(self.fetch(dump, archive, month, folder))

    @contextmanager
    def of_whole(self, dump: Dump, month: date) -> Iterator[Files]:
        """Give the same members, of the whole Spark dump, of which the SHA-256 is verified."""
        with self.scratch(dump) as folder:
            path, sha256 = self.whole(dump.archive(is_json=False), folder)
            at_hand = replace(self, place=FolderPlace(path.parent))
            yield Files(at_hand.fetch(dump, path.name, month, folder), sha256)

    @contextmanager
    def of_json(self, dump: Dump, month: date) -> Iterator[Files]:
        """Give the lines of the month of the JSON dump, of which the SHA-256 is verified."""
        with self.scratch(dump) as folder:
            path, sha256 = self.whole(dump.archive(is_json=True), folder)
            with self.progress.step(f"reading {month:%Y-%m} of {path.name}", None):
                paths = write_month(path, month, folder)
            yield Files(refuse_none(paths, month, f"{path}"), sha256)

    @contextmanager
    def of_incremental(self, dump: Dump, *, is_json: bool) -> Iterator[Files]:
        """Give all files of an incremental dump: they are by the day they were submitted."""
        with self.scratch(dump) as folder:
            path, sha256 = self.whole(dump.archive(is_json=is_json), folder)
            with self.progress.step(f"unpacking {path.name}", None):
                paths = write_month(path, None, folder) if is_json else unpack(path, folder)
            yield Files(paths, sha256)

    def find(self, dump: Dump, archive: str, month: date) -> tuple[Sequence[Member], Members]:
        """Return the members that have a month, and all."""
        members = self.index(dump, archive)
        times = MemberTimes(self.place, archive, self.sleep)
        start, end = bounds(month)
        with self.progress.step(f"looking for {month:%Y-%m} in {dump.name}", None):
            wanted = find_members(members.all, times, start, end)
        return refuse_none(wanted, month, f"{self.place.url}{archive}"), members

    def index(self, dump: Dump, archive: str) -> Members:
        """Return all members; their list is kept in the store, as it takes a request for each."""
        key = f"raw/listenbrainz/{dump.name}/members.json"
        file = RangeFile(self.place, archive, self.sleep)
        if self.store.exists(key):
            kept = members_from_json(self.store.read(key))
            if kept.size == file.length:
                return kept
        with self.progress.step(f"reading headers of {dump.name}", file.length) as step:
            members = index_members(file, step.advance)
        self.store.write(key, members.to_json())
        return members

    def fetch(self, dump: Dump, archive: str, month: date, folder: Path) -> list[Path]:
        """Find the members of a month, say what is going to be downloaded, then do it."""
        wanted, of = self.find(dump, archive, month)
        total = sum(member.size for member in wanted)
        what = f"{len(wanted)} of {len(of.all)} members, {size(total)} of {size(of.size)}"
        logger.info("%s: downloading %s", archive.rpartition("/")[2], what)
        refuse_no_room(folder, total)
        with self.progress.step(f"downloading {what}", total) as step:
            return [self.fetch_member(archive, member, folder, step) for member in wanted]

    def fetch_member(self, archive: str, member: Member, folder: Path, step: Step) -> Path:
        target = folder / member.name
        part = Part(archive, member.offset, member.size)
        PartDownload(self.place, part, target, step.advance).run(self.sleep)
        return target

    def whole(self, archive: str, folder: Path) -> tuple[Path, str]:
        """Return an archive at hand, and its SHA-256, which is the published one."""
        path = self.place.local(archive)
        total = self.place.size(archive)
        if path is None:
            path = folder / archive.rpartition("/")[2]
            refuse_no_room(folder, total)
            logger.info("%s: downloading all of it, %s", path.name, size(total))
            with self.progress.step(f"downloading {path.name}", total) as step:
                PartDownload(self.place, Part(archive, 0, total), path, step.advance).run(
                    self.sleep
                )
        with self.progress.step(f"verifying {path.name}", total) as step:
            return path, self.verified(archive, path, step)

    def verified(self, archive: str, path: Path, step: Step) -> str:
        """Verify an archive; one that was downloaded and is wrong is removed."""
        is_wrong = True
        try:
            sha256 = verify(self.place, archive, path, step.advance)
            is_wrong = False
        finally:
            if is_wrong and self.place.local(archive) is None:
                path.unlink(missing_ok=True)
        return sha256


def unpack(path: Path, folder: Path) -> list[Path]:
    """Unpack the Parquet files of a Spark dump."""
    found = []
    try:
        with tarfile.open(path, "r:", errorlevel=2) as tar:
            for entry in tar:
                if match := PARQUET.fullmatch(entry.name):
                    target = folder / f"{match[1]}.parquet"
                    source = tar.extractfile(entry)
                    assert source is not None
                    with disk_errors(target), target.open("wb") as file:
                        shutil.copyfileobj(source, file, 1 << 20)
                    found.append(target)
    except tarfile.TarError as error:
        raise DumpError(
            f"{path}: expected a tar of Parquet files, it cannot be read to its end: {error}; get "
            "it again"
        ) from error
    return sorted(found, key=lambda one: int(one.stem))


def refuse_none(found: Sequence[T], month: date, where: str) -> Sequence[T]:
    if not found:
        raise DumpError(
            f"{where}: it has no listen of {month:%Y-%m}; choose another month with --year-month"
        )
    return found


def bounds(month: date) -> tuple[datetime, datetime]:
    """Return the first moment of a month and of the next, in UTC without a zone."""
    start = datetime(month.year, month.month, 1)  # noqa: DTZ001 - the lake's times have no zone
    after = (start + timedelta(days=31)).replace(day=1)
    return start, after
