"""Read the dump files and Parquet files of a store, and find what is not as it was published."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from discogs_assets.discogs_dumps.flaws import NEVER_NOTED, Flaw
from discogs_assets.discogs_dumps.sound_copies import SoundCopies
from discogs_assets.discogs_dumps.stages import DumpCopy, Holding
from discogs_assets.errors import LakeError
from discogs_assets.lake import Lake, Manifest
from discogs_assets.lake_damage import iter_damage
from discogs_assets.progress import Progress


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

    def iter_flaws(self, holding: Holding) -> Iterator[Flaw]:
        """Yield the flaws of a month's dump files, then those of its Parquet files."""
        for dump in holding.dumps:
            if what := self.dump_flaw(dump):
                is_damage = what != NEVER_NOTED
                yield Flaw("raw", holding.group, holding.month, dump.key, what, is_damage)
        if self.lake.is_published(holding.group, holding.month):
            yield from self.lake_flaws(holding)

    def dump_flaw(self, dump: DumpCopy) -> str:
        """Read a dump file, and return what is wrong with it; "" for nothing."""
        if not dump.sha256:
            return NEVER_NOTED
        self.count(1, dump.bytes)
        name = dump.key.rpartition("/")[2]
        with self.progress.step(f"verifying {name}", dump.bytes) as step:
            found = self.sound.digest_of_dump(dump.key, step.advance)
        if found == dump.sha256:
            return ""
        if not found:
            return "it cannot be read"
        return f"expected sha256 {dump.sha256[:12]}…, as when it came, found {found[:12]}…"

    def lake_flaws(self, holding: Holding) -> Iterator[Flaw]:
        key = self.lake.manifest_key(holding.group, holding.month)
        try:
            manifest = self.lake.manifest(holding.group, holding.month)
        except LakeError:
            what = "it is damaged, or of a newer release"
            yield Flaw("lake", holding.group, holding.month, key, what)
            return
        yield from self.file_flaws(holding, manifest)
        if not all(table.has_digests for table in manifest.all_tables):
            yield Flaw("lake", holding.group, holding.month, key, NEVER_NOTED, is_damage=False)

    def file_flaws(self, holding: Holding, manifest: Manifest) -> Iterator[Flaw]:
        """Yield the damaged files of a month."""
        size = sum(table.bytes for table in manifest.all_tables)
        self.count(len(manifest.files), size)
        name = f"{holding.group} {holding.month:%Y-%m}"
        with self.progress.step(f"verifying the lake's {name}", size) as step:
            damaged = [*iter_damage(self.lake.store, manifest.all_tables, step.advance)]
        for one in damaged:
            yield Flaw("lake", holding.group, holding.month, one.key, one.what)

    def count(self, files: int, size: int) -> None:
        self.files += files
        self.bytes += size
