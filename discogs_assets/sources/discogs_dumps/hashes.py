"""The SHA-1 of each record of a dump file, in file order, for people who keep such lists.

A record is its bytes from its `<` to its last `>`: what stands around it does not count.
"""

import hashlib
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

import xxhash
from pyroaring import BitMap

from discogs_assets.errors import UnpackError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, XmlDumpType
from discogs_assets.sources.discogs_dumps.xml.blocks import Block, iter_blocks
from discogs_assets.sources.discogs_dumps.xml.exact_spans import split
from discogs_assets.sources.discogs_dumps.xml.parser import BlockParser
from discogs_assets.sources.dumps.gzip import refuse_bytes_behind
from discogs_assets.sources.dumps.publish import BLOCKS_A_THREAD, MEMORY, threads_within
from discogs_assets.sources.dumps.raw_files import stored_name
from discogs_assets.sources.dumps.reader import BLOCK_BYTES, Parsed
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.store import Store


@dataclass(frozen=True)
class Refused:
    """A part of a dump that could not be read, as it stands in the quarantine."""

    byte_offset: int
    record_id: int | None
    error: str

    def __str__(self) -> str:
        id_ = "of unknown id" if self.record_id is None else f"{self.record_id}"
        return f"record {id_} at byte {self.byte_offset:,} could not be read: {self.error}"


@dataclass(frozen=True)
class Hashed:
    """The records of a block, as pairs of id and SHA-1, and what of it could not be read."""

    block: Block
    hashes: list[tuple[int, str]]
    refused: list[Refused]


def print_hashes(store: Store, dump_type: str, month: date | None, file: Path | None) -> None:
    """Print `id<TAB>sha1` of each record of a file, or of a month's dump file in the store.

    What could not be read is told on standard error. Raises DumpNotFoundError when the store has
    none, StoreError when the file cannot be opened.
    """
    if month is not None:
        name = stored_name(PUBLICATION, store, dump_type, month)
        with store.open(PUBLICATION.raw_key(name)) as dump:
            print_lines(dump, dump_type, name)
        return
    assert file is not None
    with disk_errors(file):
        opened = file.open("rb")
    with opened:
        print_lines(opened, dump_type, str(file))


def print_lines(dump: BinaryIO, dump_type: str, where: str) -> None:
    try:
        for block in iter_hashes(dump, DUMP_TYPES[dump_type], where):
            sys.stdout.writelines(f"{id_}\t{sha1}\n" for id_, sha1 in block.hashes)
            for refused in block.refused:
                print(f"discogs-assets: {where}: {refused}", file=sys.stderr)
    except UnpackError:
        if dump.seekable():
            dump.seek(0)
            refuse_bytes_behind(dump, where)
        raise


def iter_hashes(
    stream: BinaryIO, dump_type: XmlDumpType, where: str, block_bytes: int = BLOCK_BYTES
) -> Iterator[Hashed]:
    """Yield what a gzipped dump holds, a block at a time; it is read as an import does.

    `where` names the file in errors. Raises DumpError when it cannot be read to its end.
    """
    hasher = Hasher(dump_type, where)
    threads = threads_within(MEMORY, block_bytes)
    under_way: deque[Future[Hashed]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for block in iter_blocks(stream, dump_type, where, block_bytes):
                under_way.append(pool.submit(hasher.hash_block, block))
                while len(under_way) > BLOCKS_A_THREAD * threads:
                    yield hasher.without_repeats(under_way.popleft().result())
            while under_way:
                yield hasher.without_repeats(under_way.popleft().result())
        finally:
            for future in under_way:
                future.cancel()


class Hasher:
    """Hashes the records of one dump file; threads may share `hash_block`."""

    def __init__(self, dump_type: XmlDumpType, where: str) -> None:
        self.dump_type = dump_type
        self.parser = BlockParser(dump_type, where)
        self.seen = BitMap()

    def hash_block(self, block: Block) -> Hashed:
        return self.hashed(block, self.parser.parse(block))

    def without_repeats(self, found: Hashed) -> Hashed:
        """Refuse the records whose id was had before, as an import does."""
        listed = [id_ for id_, _ in found.hashes]
        ids = BitMap(listed)
        if len(ids) < len(listed) or ids.intersect(self.seen):
            parsed = self.parser.reparse(found.block, {*(ids & self.seen)})
            found = self.hashed(found.block, parsed)
        self.seen |= ids
        return found

    def hashed(self, block: Block, parsed: Parsed) -> Hashed:
        """Return the SHA-1 of each record that was read."""
        quarantine = parsed.tables[self.dump_type.quarantine.name].to_pylist()
        refused = [Refused(r["byte_offset"], r["record_id"], r["error"]) for r in quarantine]
        records = raw_records(block, self.digests(parsed))
        sha1s = [hashlib.sha1(raw, usedforsecurity=False).hexdigest() for raw in records]
        return Hashed(block, [*zip(parsed.ids.tolist(), sha1s, strict=True)], refused)

    def digests(self, parsed: Parsed) -> list[str]:
        found: list[str] = parsed.tables[self.dump_type.record]["record_hash"].to_pylist()
        return found


def raw_records(block: Block, digests: list[str]) -> list[bytes]:
    """Return the bytes of the records that were read; `digests` are their xxh3, in order."""
    records = [raw for _, raw in block.iter_spans()]
    if [xxhash.xxh3_128_hexdigest(raw) for raw in records] == digests:
        return records
    parts = [
        raw for at, whole in block.iter_spans() for _, raw, _ in split(whole, at, block.dump_type)
    ]
    raw_of = {xxhash.xxh3_128_hexdigest(raw): raw for raw in (*records, *parts)}
    return [raw_of[digest] for digest in digests]
