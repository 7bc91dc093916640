"""What reads the records of a dump file: blocks in, Arrow tables out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple, Protocol, Self

import numpy.typing as npt
import pyarrow as pa

BLOCK_BYTES = 12 << 20
"""About how much is parsed at once; memory in use is a few times this for each thread."""

Ids = npt.NDArray[Any]
"""Numbers of 32 bits, or texts as objects."""


@dataclass(frozen=True)
class Parsed:
    """The rows of a block by table name, and the ids of its records in file order.

    `refused` are the records in quarantine; `undeclared` counts the places that no table declares
    in a sample of the records, by path.
    """

    tables: dict[str, pa.Table]
    ids: Ids
    refused: int = 0
    undeclared: Counter[str] = field(default_factory=Counter)


class Block(Protocol):
    """Consecutive records of a dump file, not yet parsed."""

    @property
    def records(self) -> int:
        """How many records start in it."""

    def first(self, count: int) -> Self:
        """Return the block up to so many records."""


class Lines(NamedTuple):
    """A block of a file that has a record on each line."""

    lines: list[bytes]

    @property
    def records(self) -> int:
        return len(self.lines)

    def first(self, count: int) -> "Lines":
        return Lines(self.lines[:count])


class DumpReader(Protocol):
    """Reads a dump file; threads share it for parsing."""

    def iter_blocks(self, stream: BinaryIO, block_bytes: int) -> Iterator[Any]:
        """Yield the blocks of an open dump file; DumpError when it cannot be read to its end."""

    def parse(self, block: Any) -> Parsed:
        """Return the rows of a block; what cannot be read is in the quarantine table."""

    def reparse(self, block: Any, taken: Any) -> Parsed:
        """Return the rows of a block; a record whose id is taken, or repeated, is refused."""
