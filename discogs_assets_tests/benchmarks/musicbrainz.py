"""MusicBrainz' releases from tar.xz to the lake: `python -m … STEP FILE FOLDER`.

`unpack` and `parse` are the bare work, on as many threads; the slower of both is the limit.
"""

import json
import os
import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.json

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.dumps.publish import BLOCKS_A_THREAD, DumpPublisher
from discogs_assets.sources.dumps.raw_files import stored
from discogs_assets.sources.musicbrainz_dumps.json.blocks import iter_blocks
from discogs_assets.sources.musicbrainz_dumps.json.xz import XzReader
from discogs_assets.sources.musicbrainz_dumps.source import BLOCK_BYTES, musicbrainz
from discogs_assets.sources.musicbrainz_dumps.synthetic import files
from discogs_assets.sources.musicbrainz_dumps.synthetic.records import iter_lines
from discogs_assets.sources.musicbrainz_dumps.tables import DUMP_TYPES
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.local import LocalStore

RELEASE = DUMP_TYPES["release"]
FILE, DAY = "20260523-001002-release.tar.xz", date(2026, 5, 23)


def made_up_file(folder: Path, records: int) -> Path:
    """Return a dump file of so many releases, and its lines beside it; written once."""
    path = folder / FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        lines = iter_lines("release", range(records))
        files.write_file(unfinished, "release", lines, files.BLOCK_BYTES)
        write_lines(unfinished, lines_of(path))
        unfinished.rename(path)
    return path


def lines_of(path: Path) -> Path:
    return path.with_name("release.jsonl")


def write_lines(packed: Path, path: Path) -> None:
    with packed.open("rb") as file, path.open("wb") as lines:
        for block in iter_blocks(file, RELEASE.member, packed.name, BLOCK_BYTES):
            lines.writelines(line + b"\n" for line in block.lines)


def unpack(path: Path, _: Path) -> None:
    """Unpack the blocks of the file, and throw the output away."""
    with path.open("rb") as file:
        for _chunk in XzReader(file, path.name).iter_unpacked():
            pass


def iter_texts(path: Path) -> Iterator[bytes]:
    """Yield whole lines of a file, about as many bytes as the import has in a block."""
    with path.open("rb") as file:
        while text := file.read(BLOCK_BYTES):
            yield text + file.readline()


def parse(path: Path, _: Path) -> None:
    """Parse the lines into Arrow as they are, and throw the output away."""
    threads = os.cpu_count() or 1
    under_way: deque[Future[int]] = deque()

    def parsed(text: bytes) -> int:
        read = pa.json.ReadOptions(use_threads=False, block_size=len(text) + 1)
        return int(pa.json.read_json(pa.BufferReader(text), read).num_rows)

    with ThreadPoolExecutor(threads) as pool:
        for text in iter_texts(lines_of(path)):
            under_way.append(pool.submit(parsed, text))
            while len(under_way) > BLOCKS_A_THREAD * threads:
                under_way.popleft().result()
        while under_way:
            under_way.popleft().result()


def lake(path: Path, folder: Path) -> None:
    """Bring the dump into a lake beside it."""
    source = musicbrainz(("release",))
    made = Lake(LocalStore(str(folder / "lake-store")), source.name, {"release": RELEASE.tables})
    key = source.publication.raw_key(path.name)
    if not made.store.exists(key):
        raw = Path(made.store.uri(key))
        raw.parent.mkdir(parents=True, exist_ok=True)
        raw.hardlink_to(path)
    dump = stored(made.store, key, None)
    DumpPublisher(made, RELEASE, DAY, dump, source.open_reader, block_bytes=source.block_bytes).run(
        LoggedProgress(), is_forced=True
    )


STEPS: dict[str, Callable[[Path, Path], None]] = {"unpack": unpack, "parse": parse, "lake": lake}


def main() -> None:
    step, path, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    started = time.perf_counter()
    STEPS[step](path, folder)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peak": peak}))


if __name__ == "__main__":
    main()
