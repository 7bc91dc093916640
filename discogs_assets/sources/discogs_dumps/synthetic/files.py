"""Made-up dump files, named, framed and checksummed as Discogs does."""

import datetime
import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from isal import isal_zlib

from discogs_assets.sources.discogs_dumps.synthetic.draw import Draw
from discogs_assets.sources.discogs_dumps.synthetic.ids import Sizes
from discogs_assets.sources.discogs_dumps.synthetic.indent import indent
from discogs_assets.sources.discogs_dumps.synthetic.records import WRITERS, iter_records

GZIP = 31  # zlib's window of 15 bits, and 16 for a gzip header: it has no time and no name


def write_dump(
    folder: Path,
    date: datetime.date,
    sizes: Sizes,
    *,
    era: str = "2026",
    seed: int = 0,
    month: int = 0,
    pretty: bool = False,
    with_checksum: bool = True,
) -> dict[str, Path]:
    """Write the dump of a date and return its four files by dump type.

    `month` k is the k-th month after the seed's first: against the month before about 3 % of the
    records are changed, 1 % removed and 2 % added; all others keep their bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    start = f"discogs_{date:%Y%m%d}_"
    paths = {dump_type: folder / f"{start}{dump_type}.xml.gz" for dump_type in WRITERS}
    for dump_type, path in paths.items():
        count = sizes.of(dump_type)
        write_dump_file(
            path, dump_type, count, era=era, seed=seed, month=month, pretty=pretty, sizes=sizes
        )
    if with_checksum:
        write_checksums(folder / f"{start}CHECKSUM.txt", paths.values())
    return paths


def write_dump_file(
    path: Path,
    dump_type: str,
    count: int,
    *,
    era: str = "2026",
    seed: int = 0,
    month: int = 0,
    pretty: bool = False,
    sizes: Sizes | None = None,
) -> None:
    """Write one dump file; memory does not grow with `count`."""
    records = iter_records(dump_type, count, era=era, seed=seed, month=month, sizes=sizes)
    packer = isal_zlib.compressobj(2, isal_zlib.DEFLATED, GZIP)
    with path.open("wb") as file:
        for block in iter_blocks(dump_type, map(indent, records) if pretty else records):
            file.write(packer.compress(block))
        file.write(packer.flush())


def iter_blocks(dump_type: str, records: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a dump file's XML: the root's tags on lines of their own, and records between."""
    yield f"<{dump_type}>\n".encode()
    while block := b"\n".join(islice(records, 256)):
        yield block + b"\n"
    yield f"</{dump_type}>\n".encode()


def write_checksums(path: Path, files: Iterable[Path]) -> None:
    """Write a CHECKSUM file as Discogs does: one space, in no order."""
    lines = []
    for file in files:
        with file.open("rb") as stream:
            lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()} {file.name}\n")
    Draw(path.name).shuffle(lines)
    path.write_text("".join(lines))
