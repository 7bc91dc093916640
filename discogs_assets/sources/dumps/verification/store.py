"""Read the dump files and Parquet files of a store, and find what is not as it was published."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath

from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day
from discogs_assets.errors import LakeError, ManifestError, NewerManifestError
from discogs_assets.sources.dumps.raw_files import SIDECAR, recorded_sha256
from discogs_assets.sources.dumps.retention.inventory import DumpCopy, MonthInventory
from discogs_assets.sources.dumps.retention.sound_copies import SoundCopies
from discogs_assets.sources.dumps.verification.flaws import NEVER_NOTED, NEWER, OTHER_NOTED, Flaw
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.lake_damage import iter_damage
from discogs_assets.storage.manifest import Manifest


@dataclass
class StoreVerification:
    """Reads what a store has of a month; `files` and `bytes` count what was read."""

    lake: Lake
    progress: Progress
    files: int = 0
    bytes: int = 0
    sound: SoundCopies = field(init=False)

    def __post_init__(self) -> None:
        self.sound = SoundCopies(self.lake, None, self.progress)

    def iter_flaws(self, holding: MonthInventory) -> Iterator[Flaw]:
        """Yield the flaws of a month's dump files, then those of its Parquet files."""
        for dump in holding.dumps:
            yield from self.dump_flaws(holding, dump)
        yield from self.lake_flaws(holding)

    def dump_flaws(self, holding: MonthInventory, dump: DumpCopy) -> Iterator[Flaw]:
        """Read a dump file, and yield its flaw, or that of the file with its SHA-256."""
        flaw = partial(Flaw, "raw", holding.group, holding.month)
        if not dump.sha256:
            yield flaw(dump.key, NEVER_NOTED, is_damage=False)
            return
        digest = self.digest_of(dump)
        known = holding.lake or holding.retired
        if digest == dump.sha256 or self.is_replaced(dump):
            return
        if known and digest == known.sha256:
            yield flaw(f"{dump.key}{SIDECAR}", OTHER_NOTED)
        elif digest:
            expected = f"expected sha256 {dump.sha256[:12]}…, as when it came"
            yield flaw(dump.key, f"{expected}, found {digest[:12]}…")
        else:
            yield flaw(dump.key, "it cannot be read")

    def digest_of(self, dump: DumpCopy) -> str:
        self.count(1, dump.bytes)
        name = PurePosixPath(dump.key).name
        with self.progress.step(f"verifying {name}", dump.bytes) as step:
            return self.sound.digest_of_dump(dump.key, step.advance)

    def is_replaced(self, dump: DumpCopy) -> bool:
        """Whether an import or retention was at work on a dump file since it was looked at."""
        store, sidecar = self.lake.store, f"{dump.key}{SIDECAR}"
        is_there = store.exists(dump.key) and store.exists(sidecar)
        return not is_there or recorded_sha256(store, dump.key) != dump.sha256

    def lake_flaws(self, holding: MonthInventory) -> Iterator[Flaw]:
        """Yield the flaws of a month; read anew when it was replaced meanwhile."""
        flaw = partial(Flaw, "lake", holding.group, holding.month)
        key = self.lake.manifest_key(holding.group, holding.month)
        try:
            manifest = self.lake.manifest(holding.group, holding.month)
            flaws = [*self.file_flaws(holding, manifest)]
            if flaws and self.lake.manifest(holding.group, holding.month) != manifest:
                flaws = [*self.lake_flaws(holding)]
        except NewerManifestError:
            flaws = [flaw(key, NEWER, is_damage=False)]
        except ManifestError:
            flaws = [flaw(key, "it is damaged")]
        except LakeError:
            flaws = []  # It is not published, or no more.
        yield from flaws

    def file_flaws(self, holding: MonthInventory, manifest: Manifest) -> Iterator[Flaw]:
        """Yield the damaged files of a month, and that some have no digest."""
        size = sum(table.bytes for table in manifest.all_tables)
        self.count(len(manifest.files), size)
        name = f"{holding.group} {dump_day(holding.month)}"
        with self.progress.step(f"verifying the lake's {name}", size) as step:
            damaged = [*iter_damage(self.lake.store, manifest.all_tables, step.advance)]
        for one in damaged:
            yield Flaw("lake", holding.group, holding.month, one.key, one.what)
        if not all(table.has_digests for table in manifest.all_tables):
            key = self.lake.manifest_key(holding.group, holding.month)
            yield Flaw("lake", holding.group, holding.month, key, NEVER_NOTED, is_damage=False)

    def count(self, files: int, size: int) -> None:
        self.files += files
        self.bytes += size
