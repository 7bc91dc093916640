"""Bring a stored dump file into the lake: blocks, parsed on threads, written in file order."""

import io
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import PurePosixPath

from discogs_assets.display.progress import Progress, Step
from discogs_assets.display.text import dump_day
from discogs_assets.errors import DumpError, ManifestError, NewerManifestError, UnpackError
from discogs_assets.sources.dumps.changes.differing import DifferingRows
from discogs_assets.sources.dumps.digested_stream import DigestedStream
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.packing import GZIP_FILES, Packing
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.dumps.raw_files import Downloaded, refuse_other_bytes
from discogs_assets.sources.dumps.reader import BLOCK_BYTES, Block, DumpReader, Parsed
from discogs_assets.sources.dumps.record_checks import ALL_READ, check_records, iter_earlier
from discogs_assets.sources.dumps.seen_ids import SeenIds
from discogs_assets.storage.lake import Lake, new_import_id
from discogs_assets.storage.lake_writer import PartitionWriter
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.outcome import Outcome, raise_on_blocking, waive

BLOCKS_A_THREAD = 2
"""Blocks under way for each thread: enough that none waits, few enough to bound the memory."""

VERSION = version("discogs-assets")

MEMORY = 1 << 30
"""How much memory reading a dump may take, in bytes, however many cores there are."""

FIXED_MEMORY = 420_000_000
"""What reading takes whatever the number of threads: imported code, and rows to be written."""

MEMORY_A_BYTE = 5
"""How many bytes of memory each byte of a block under way takes at its peak, rounded up.

Document, xml2arrow's columns, and the rows until they are written. With releases of 2026 in blocks
of 12 MB, two a thread and every thread busy, the peak was 550, 660, 870 and 1,045 MB on one, two,
four and six threads: 100 MB a thread, 4.2 for each byte of its blocks.
"""

FAR_FEWER = (
    "Look into it: the dump may be cut short. If it is published again, import it again.",
    "To take it as it is: discogs-assets import --accept, or `accept: true` in the run's config.",
)
LOST = ("This is a fault of the parser: please report it with the name of the dump.",)
"""What to do when a month is not published."""


@dataclass(frozen=True)
class Done:
    """A block, and what was read of it."""

    block: Block
    parsed: Parsed


def is_current(lake: Lake, group: str, month: date, sha256: str | None, limit: int | None) -> bool:
    """Whether a month holds the dump of that checksum already, as far as the limit.

    A month in full stays as it is when only a part is asked for, be it of another dump.
    """
    manifest = lake.find(group, month)
    if manifest is None:
        return False
    if manifest.is_full and limit is not None:
        return True
    found = (manifest.sha256, manifest.schema, manifest.limit)
    return found == (sha256, lake.schema(group), limit)


def refuse_unread(lake: Lake, group: str, month: date, limit: int | None) -> None:
    """Raise ManifestError for a published month that cannot be read, and may be more than others.

    It may be of a newer release or, where only a part is asked for, in full.
    """
    if not lake.is_published(group, month):
        return
    try:
        lake.manifest(group, month)
    except NewerManifestError:
        raise
    except ManifestError:
        if limit is not None:
            raise


def refuse_other_dump(lake: Lake, publication: Publication, dump: Downloaded, group: str) -> None:
    """Raise DumpError when another dump of the same day is in the lake: months are their dates."""
    name = PurePosixPath(dump.key).name
    found = lake.find(group, publication.partition_of(name))
    if found is None:
        return
    there, now = (publication.partition_key(one) for one in (found.dump, name))
    if there != now:
        raise DumpError(
            f"{name}: expected one dump a day, found {there} of the same day in the lake: the two "
            "could not be told apart; import the next dump"
        )


def threads_within(memory: int, block_bytes: int = BLOCK_BYTES) -> int:
    """Return on how many threads a dump is read: the machine's, as far as the memory allows."""
    a_thread = BLOCKS_A_THREAD * MEMORY_A_BYTE * block_bytes
    return max(1, min(os.cpu_count() or 1, (memory - FIXED_MEMORY) // a_thread))


class DumpPublisher:
    """Imports one dump file; `threads` defaults to what `memory`, in bytes, has room for."""

    def __init__(
        self,
        lake: Lake,
        dump_type: DumpType,
        month: date,
        dump: Downloaded,
        open_reader: Callable[[DumpType, str], DumpReader],
        *,
        limit: int | None = None,
        threads: int | None = None,
        memory: int = MEMORY,
        block_bytes: int = BLOCK_BYTES,
        packing: Packing = GZIP_FILES,
    ) -> None:
        self.packing = packing
        self.lake = lake
        self.dump_type = dump_type
        self.month = month
        self.dump = dump
        self.limit = limit
        self.threads = threads or threads_within(memory, block_bytes)
        self.block_bytes = block_bytes
        self.dump_name = PurePosixPath(dump.key).name
        self.reader = open_reader(dump_type, self.dump_name)
        self.undeclared: Counter[str] = Counter()
        self.started = self.refused = 0
        self.outcomes: list[Outcome] = []
        self.seen = SeenIds(is_number=dump_type.has_number_ids)

    def run(
        self, progress: Progress, *, is_forced: bool = False, is_accepted: bool = False
    ) -> Manifest:
        """Publish the dump's rows as its month and return what was published.

        Nothing is done when that dump is the month already, unless forced. Raises DumpError when
        the file cannot be read to its end, CheckError when records got lost, or are far fewer than
        before and not accepted; the month then stays as it was.
        """
        name, store = f"{self.dump_type.name} {dump_day(self.month)}", self.lake.store
        with (
            self.lake.lock(self.dump_type.name, self.month),
            ThreadPoolExecutor(self.threads) as pool,
        ):
            if not is_forced:
                refuse_unread(self.lake, self.dump_type.name, self.month, self.limit)
            self.lake.clear(self.dump_type.name, self.month)
            if not is_forced and is_current(
                self.lake, self.dump_type.name, self.month, self.dump.sha256, self.limit
            ):
                manifest = self.lake.manifest(self.dump_type.name, self.month)
                self.check(manifest, is_accepted=True)
                return manifest
            writer = PartitionWriter(store, name, new_import_id(), self.dump_type.tables, pool)
            differing = DifferingRows(
                self.lake, self.dump_type, self.find_before(), writer.import_id, name, pool
            )
            size = store.size(self.dump.key)
            try:
                with writer, differing, progress.step(f"reading {name}", size) as step:
                    manifest = self.write(writer, differing, pool, step)
                    self.check(manifest, is_accepted=is_accepted)
                    self.lake.publish(manifest)
            except BaseException:
                self.lake.clear(self.dump_type.name, self.month)
                raise
        return manifest

    def find_before(self) -> Manifest | None:
        """Return the month before, to compare records with, when its rows were made alike."""
        if self.limit is not None or not self.dump_type.has_number_ids:
            return None
        before = next(self.lake.iter_before(self.dump_type.name, self.month), None)
        code_version = f"{self.lake.schema(self.dump_type.name)} {VERSION}"
        return before if before is not None and before.code_version == code_version else None

    def check(self, manifest: Manifest, *, is_accepted: bool) -> None:
        """Keep what the checks find in `outcomes`; CheckError when it must not be published."""
        name = self.dump_type.name
        earlier = iter_earlier(self.lake, name, self.month)
        found = check_records(self.dump_type, manifest, earlier)
        self.outcomes = [
            waive(one) if is_accepted and one.check != ALL_READ.name else one for one in found
        ]
        lost = any(one.check == ALL_READ.name and not one.passed for one in found)
        advice = LOST if lost else FAR_FEWER
        raise_on_blocking(
            f"{name} {dump_day(self.month)}", {self.dump_type.records: self.outcomes}, advice
        )

    def write(
        self,
        writer: PartitionWriter,
        differing: DifferingRows,
        pool: ThreadPoolExecutor,
        step: Step,
    ) -> Manifest:
        """Write the dump's rows and return the manifest that would publish them."""
        for done in self.iter_done(pool, step):
            parsed = self.without_repeats(done)
            self.undeclared += done.parsed.undeclared
            self.started += done.block.records
            self.refused += parsed.refused
            writer.add(parsed.tables)
            differing.add(parsed)
            step.advance(0, len(parsed.ids))
        group = self.dump_type.name
        tables = writer.finish(
            {t.name: self.lake.folder(t.name, self.month) for t in self.dump_type.tables}
        )
        changes = differing.finish(
            {t.name: self.lake.changes_folder(t.name, self.month) for t in differing.tables}
        )
        return Manifest(
            group=group,
            month=str(self.month),
            schema=self.lake.schema(group),
            dump=self.dump_name,
            sha256=self.dump.sha256,
            import_id=writer.import_id,
            records=tables[self.dump_type.record].rows,
            started=self.started,
            refused=self.refused,
            limit=self.limit,
            version=VERSION,
            tables=tables,
            undeclared=dict(sorted(self.undeclared.items())),
            changes=changes,
        )

    def iter_done(self, pool: ThreadPoolExecutor, step: Step) -> Iterator[Done]:
        """Yield the parsed blocks in file order, a few of them under way at a time."""
        under_way: deque[Future[Done]] = deque()
        try:
            for block in self.iter_blocks(step):
                under_way.append(pool.submit(self.parse, block))
                while len(under_way) > BLOCKS_A_THREAD * self.threads or (
                    under_way and under_way[0].done()
                ):
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()

    def iter_blocks(self, step: Step) -> Iterator[Block]:
        """Yield the dump's blocks, no further than the limit."""
        left = self.limit
        with self.lake.store.open(self.dump.key) as file:
            digested = DigestedStream(file, step.advance)
            stream = io.BufferedReader(digested, 1 << 20)
            try:
                for block in self.reader.iter_blocks(stream, self.block_bytes):
                    if left is None:
                        yield block
                        continue
                    yield block.first(left)
                    left -= block.records
                    if left <= 0:
                        return
            except DumpError as error:
                refuse_other_bytes(self.lake.store, self.dump, digested.rest())
                if isinstance(error, UnpackError):
                    with self.lake.store.open(self.dump.key) as again:
                        self.packing.refuse_behind(again, self.dump_name)
                raise
            refuse_other_bytes(self.lake.store, self.dump, digested.rest())

    def parse(self, block: Block) -> Done:
        return Done(block, self.reader.parse(block))

    def without_repeats(self, done: Done) -> Parsed:
        """Return the rows of a block with records whose id was had before in quarantine."""
        taken = self.seen.add(done.parsed.ids)
        return done.parsed if taken is None else self.reader.reparse(done.block, taken)
