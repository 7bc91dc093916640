"""Read a dump file of Discogs: blocks of XML in, Arrow tables and undeclared paths out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from discogs_assets.sources.discogs_dumps.tables import XmlDumpType
from discogs_assets.sources.discogs_dumps.xml.blocks import Block, iter_blocks
from discogs_assets.sources.discogs_dumps.xml.parser import BlockParser
from discogs_assets.sources.discogs_dumps.xml.undeclared_paths import (
    count_undeclared,
    declared_paths,
)
from discogs_assets.sources.dumps.reader import BLOCK_BYTES, Parsed


class XmlReader:
    """Reads one dump file; threads may share it."""

    def __init__(self, dump_type: XmlDumpType, dump_name: str) -> None:
        self.dump_type = dump_type
        self.dump_name = dump_name
        self.parser = BlockParser(dump_type, dump_name)
        self.declared = declared_paths(dump_type)

    def iter_blocks(self, stream: BinaryIO, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
        """Yield the blocks of an open dump file; DumpError when it cannot be read to its end."""
        return iter_blocks(stream, self.dump_type, self.dump_name, block_bytes)

    def parse(self, block: Block) -> Parsed:
        """Return the rows of a block; what cannot be read is in the quarantine table."""
        parsed = self.counted(self.parser.parse(block))
        return replace(parsed, undeclared=count_undeclared(block, self.declared))

    def reparse(self, block: Block, taken: set[int]) -> Parsed:
        """Return the rows of a block; a record whose id is taken, or repeated, is refused."""
        return self.counted(self.parser.reparse(block, taken))

    def counted(self, parsed: Parsed) -> Parsed:
        """Return what was parsed with how many of the parts in quarantine start like a record."""
        start = b"<" + self.dump_type.record.encode()
        parts = parsed.tables[self.dump_type.quarantine.name].column("raw").to_pylist()
        return replace(parsed, refused=sum(part.startswith(start) for part in parts))
