"""Cut a gzipped dump into blocks of whole records, without ever unpacking it to disk.

What a record means does not belong here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from isal import igzip

from discogs_assets.errors import DumpError, UnpackError
from discogs_assets.sources.discogs_dumps.tables import XmlDumpType
from discogs_assets.sources.discogs_dumps.xml.dump_root import (
    end_of_last_record,
    end_of_records,
    find_begin,
    root_end,
    root_tag,
)
from discogs_assets.sources.dumps.gzip import NOT_GZIP
from discogs_assets.sources.dumps.reader import BLOCK_BYTES

HEAD_BYTES = 64 << 10
"""What stands before the first record of a dump is shorter than this."""

CACHED_WORDS = 1 << 17
"""How many words of four bytes are looked at together, so that they stay in a core's cache."""

MAX_RECORD_BYTES = 256 << 20
"""The longest record of a dump has a few megabytes: beyond this the file is not a dump."""

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]


LABEL_RECORD = re.compile(rb"<label(?:\s(?:[^<>]*[^<>/])?)?>\s*<[^/!]")

TAG_ENDS = b">/ \t\r\n"
"""What may follow the name in a start tag."""

ENDS_NAME = np.isin(np.arange(256), [*TAG_ENDS])


@dataclass(frozen=True)
class Block:
    """Consecutive whole records of a dump as an XML document of their own.

    `offset` is where they start in the decompressed dump; `lead` is the white space that stands
    before each record there, and not before elements of the same name inside records.
    """

    dump_type: XmlDumpType
    index: int
    offset: int
    document: bytes
    lead: bytes = b""

    @cached_property
    def array(self) -> Bytes:
        """The document as an array."""
        return np.frombuffer(self.document, np.uint8)

    @cached_property
    def tags(self) -> Ints:
        """Where an element with the name of records starts, be it a record or inside one."""
        name = b"<" + self.dump_type.record.encode()
        places = candidates_of(
            self.document, [name + TAG_ENDS[n : n + 1] for n in range(len(TAG_ENDS))]
        )
        places = places[(places >= 0) & self.matches_at(name, places)]
        return places[ENDS_NAME[self.array[places + len(name)]]]

    @cached_property
    def starts(self) -> Ints:
        """Where records start in the document; what starts elsewhere on a line is not among them.

        Nothing but the bytes there tells, so that no record depends on another.
        """
        starts = self.tags[self.matches_at(self.lead, self.tags - len(self.lead))]
        if self.dump_type.record != "label":
            return starts
        return starts[[is_record(self.document, at, self.dump_type) for at in starts.tolist()]]

    def matches_at(self, text: bytes, places: Ints) -> npt.NDArray[np.bool_]:
        """Return at which of the places a text stands."""
        if not text or not len(places):  # The document may be shorter than the text.
            return np.ones(len(places), np.bool_)
        count = len(self.document) - len(text) + 1
        everywhere = np.ndarray(count, f"S{len(text)}", self.document, strides=1)
        stands: npt.NDArray[np.bool_] = everywhere[np.maximum(places, 0)] == text
        return stands

    @property
    def size(self) -> int:
        """How many bytes of the dump it holds."""
        return len(self.document) - len(root_tag(self.dump_type)) - len(root_end(self.dump_type))

    @cached_property
    def spans(self) -> Ints:
        """Where each record begins and ends in the document, white space around it left out.

        What stands before the first start, if anything does, comes first.
        """
        begin = len(root_tag(self.dump_type))
        end = begin + self.size
        stops = np.append(self.starts - len(self.lead), end)[1:]
        spans = np.column_stack((self.starts, stops))
        for number in np.flatnonzero(self.array[stops - 1] != ord(">")):
            spans[number] = self.stripped(*spans[number])
        before = self.stripped(begin, spans[0, 0] if len(spans) else end)
        return spans if before[0] == before[1] else np.vstack((before, spans))

    def stripped(self, begin: int, end: int) -> tuple[int, int]:
        """Return a place in the document without the white space at its ends."""
        text = self.document[begin:end]
        end -= len(text) - len(text.rstrip())
        return end - len(text.strip()), end

    def iter_spans(self) -> Iterator[tuple[int, bytes]]:
        """Yield each record's place in the dump and its bytes, blanks around them left out."""
        for offset, view in self.iter_pieces():
            yield offset, bytes(view)

    def iter_pieces(self) -> Iterator[tuple[int, memoryview]]:
        """Yield what `iter_spans` does without copying it."""
        begin, view = len(root_tag(self.dump_type)), memoryview(self.document)
        for start, stop in self.spans.tolist():
            yield self.offset + start - begin, view[start:stop]

    def record(self, number: int) -> bytes:
        """Return the bytes of a record, by its 0-based number in the block."""
        start, stop = self.spans[number]
        return self.document[start:stop]

    @property
    def records(self) -> int:
        """How many records start in it."""
        return len(self.starts)

    def first(self, count: int) -> "Block":
        """Return a block of the first records only."""
        if count >= len(self.starts):
            return self
        records = self.document[len(root_tag(self.dump_type)) : self.starts[count]]
        return replace(self, document=as_document(self.dump_type, records))


def as_document(dump_type: XmlDumpType, *parts: bytes | memoryview) -> bytes:
    """Return records that came in several parts as one document, copying them once."""
    return b"".join((root_tag(dump_type), *parts, root_end(dump_type)))


def candidates_of(data: bytes, tokens: list[bytes]) -> Ints:
    """Return where tokens of seven bytes or more stand, and some places where they may not.

    Wherever one stands, one of its first four words of four bytes is at a multiple of four. This
    is faster than `find`, and other threads go on meanwhile.
    """
    words = np.frombuffer(data, np.uint32, len(data) // 4)
    befores, texts = zip(
        *sorted({(n, t[n : n + 4]) for t in tokens for n in range(4)}), strict=True
    )
    wanted = [np.frombuffer(text, np.uint32)[0] for text in texts]
    found = [
        begin + near(words[begin : begin + CACHED_WORDS], wanted)
        for begin in range(0, len(words), CACHED_WORDS)
    ]
    at = np.concatenate([*found, np.empty(0, np.int64)])
    before = np.array(befores)[np.argmax([words[at] == word for word in wanted], axis=0)]
    places: Ints = at * 4 - before
    return places


def near(words: npt.NDArray[np.uint32], wanted: list[np.uint32]) -> Ints:
    """Return where any of the wanted words stands."""
    is_near = words == wanted[0]
    is_wanted = np.empty_like(is_near)
    for word in wanted[1:]:
        is_near |= np.equal(words, word, out=is_wanted)
    return np.flatnonzero(is_near)


def last_start(data: bytes, dump_type: XmlDumpType, lead: bytes) -> int:
    """Return where the white space before the last record starts, -1 when no record does."""
    token = lead + dump_type.start
    at = data.rfind(token)
    while at >= 0 and not is_record(data, at + len(lead), dump_type):
        at = data.rfind(token, 0, at)
    return at


def is_record(data: bytes, at: int, dump_type: XmlDumpType) -> bool:
    """Tell a label from a sublabel: a label starts with an element, a sublabel with text."""
    return dump_type.record != "label" or LABEL_RECORD.match(data, at) is not None


def iter_blocks(
    stream: BinaryIO, dump_type: XmlDumpType, where: str, block_bytes: int = BLOCK_BYTES
) -> Iterator[Block]:
    """Yield a gzipped dump's records in blocks, in file order.

    `where` names the file in errors. Raises DumpError when it is not gzip, is truncated, has
    another root or has no record.
    """
    chunks = iter_chunks(stream, where, block_bytes)
    head = read_head(chunks, dump_type)
    offset, has_root = find_begin(head, dump_type, where)
    tail = head[offset:]
    lead = white_space_before_records(tail, dump_type)
    index = 0
    for chunk in chunks:
        cut = max(last_start(chunk, dump_type, lead), 0)
        if not cut and len(tail) + len(chunk) > MAX_RECORD_BYTES:
            raise DumpError(
                f"{where}: expected a record to start within {MAX_RECORD_BYTES:,} bytes, "
                f"found none after byte {offset:,}"
            )
        if not cut:
            tail += chunk
            continue
        document = as_document(dump_type, tail, memoryview(chunk)[:cut])
        block = Block(dump_type, index, offset, document, lead)
        yield block
        index, offset, tail = index + 1, offset + block.size, chunk[cut:]
    find_end = end_of_records if has_root else end_of_last_record
    end = find_end(tail, dump_type, where, offset)
    if index == 0 and b"<%b" % dump_type.record.encode() not in tail[:end]:
        raise DumpError(
            f"{where}: expected {dump_type.name}, found none between the root's tags; "
            "download it again"
        )
    yield Block(dump_type, index, offset, as_document(dump_type, tail[:end]), lead)


def read_head(chunks: Iterator[bytes], dump_type: XmlDumpType) -> bytes:
    """Return the beginning of a dump with the first tag of a record, and what came with it."""
    head = b""
    for chunk in chunks:
        head += chunk
        at = head.find(dump_type.start)
        if (at >= 0 and head.find(b">", at) >= 0) or len(head) >= HEAD_BYTES:
            break
    return head


def white_space_before_records(head: bytes, dump_type: XmlDumpType) -> bytes:
    """Return the white space between a root's start and the first record."""
    first = re.search(rb"<%b[%b]" % (dump_type.record.encode(), TAG_ENDS), head)
    before = head[: first.start()] if first else b""
    return b"" if before.strip() else before


def iter_chunks(stream: BinaryIO, where: str, size: int) -> Iterator[bytes]:
    """Yield the decompressed bytes, `size` at a time; several gzip members count as one."""
    unpacked = igzip.IGzipFile(fileobj=stream, mode="rb")
    try:
        while chunk := unpacked.read(size):
            yield chunk
    except EOFError:
        raise UnpackError(
            f"{where}: the gzip data ends too early: the file is truncated; download it again"
        ) from None
    except NOT_GZIP as error:
        raise UnpackError(
            f"{where}: expected gzip data, found something else ({error}); download it again"
        ) from None
