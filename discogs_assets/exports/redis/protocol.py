"""Send members and fields to Redis as it reads them, made of whole columns.

To pack them one by one would take longer than to read them from the warehouse.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from redis import Redis as Client

AT_ONCE = 1_000
"""Rows that a command has."""
SENT_BYTES = 1 << 20
OPEN = 2_000
"""Commands that are sent before the first of their answers is read."""


@dataclass(frozen=True)
class EncodedRows:
    """Rows of texts in the form of Redis' protocol, one behind the other."""

    text: memoryview
    edges: np.ndarray[tuple[int], np.dtype[np.int32]]
    texts_a_row: int

    def __len__(self) -> int:
        return len(self.edges) - 1

    def iter_parts(self, start: int, end: int, size: int) -> Iterator[tuple[int, memoryview]]:
        """Yield the rows from one place to another: how many, and their bytes."""
        for first in range(start, end, size):
            last = min(first + size, end)
            yield last - first, self.text[self.edges[first] : self.edges[last]]


def encode_rows(*columns: pa.Array | pa.ChunkedArray) -> EncodedRows:
    """Return columns as Redis reads them: each text with its length in bytes before it."""
    return join_columns(
        len(columns), [part for column in columns for part in encode_column(column)]
    )


def commands(word: str, keys: pa.Array, texts: pa.ListArray) -> EncodedRows:
    """Return a whole command a row: a word, a key and a list of texts."""
    inner = pc.binary_join_element_wise(*encode_column(texts.values), "")
    # A list may begin behind the first of the values: its offsets say where.
    members = pc.binary_join(pa.ListArray.from_arrays(texts.offsets, inner), "")
    sizes = pc.add(texts.value_lengths(), 2).cast(pa.string())
    head = ["*", sizes, f"\r\n${len(word)}\r\n{word}\r\n"]
    return join_columns(1, [*head, *encode_column(keys), members])


def encode_column(column: pa.Array | pa.ChunkedArray) -> list[Any]:
    """Return what is to be joined so that each text of a column has its length before it."""
    texts = pa.chunked_array(column).combine_chunks().cast(pa.string())
    return ["$", pc.binary_length(texts).cast(pa.string()), "\r\n", texts, "\r\n"]


def join_columns(texts_a_row: int, parts: list[Any]) -> EncodedRows:
    found = pc.binary_join_element_wise(*parts, "")
    _, edges, text = found.buffers()
    rows = np.frombuffer(edges, np.int32, len(found) + 1)
    return EncodedRows(memoryview(text or b""), rows, texts_a_row)


class Pipeline:
    """A connection on which commands are sent while answers to others are on their way."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.waiting: list[bytes | memoryview] = []
        self.size = self.open = 0

    def send(self, *words: str) -> None:
        """Send a command of a few words."""
        self.send_bytes(1, head_of(words))

    def send_rows(
        self, words: Sequence[str], rows: EncodedRows, start: int = 0, end: int | None = None
    ) -> None:
        """Send some words with rows behind them, in as many commands as that takes."""
        for count, text in rows.iter_parts(start, len(rows) if end is None else end, AT_ONCE):
            self.send_bytes(1, head_of(words, count * rows.texts_a_row), text)

    def send_all(self, whole: EncodedRows) -> None:
        """Send rows that are whole commands."""
        for count, text in whole.iter_parts(0, len(whole), OPEN):
            self.send_bytes(count, text)

    def send_bytes(self, count: int, *parts: bytes | memoryview) -> None:
        """Send encoded commands, short ones together."""
        self.waiting += parts
        self.size += sum(map(len, parts))
        self.open += count
        if self.size >= SENT_BYTES:
            self.flush()
        if self.open >= OPEN:
            self.drain()

    def flush(self) -> None:
        self.connection.send_packed_command([b"".join(self.waiting)])
        self.waiting, self.size = [], 0

    def drain(self) -> None:
        """Read all answers; raise the first that is an error."""
        self.flush()
        while self.open:
            self.open -= 1
            self.connection.read_response()

    def call(self, *words: str) -> Any:
        """Send a command, and return its answer."""
        self.drain()
        self.connection.send_packed_command([head_of(words)])
        return self.connection.read_response()


def head_of(words: Sequence[str], more: int = 0) -> bytes:
    """Return the beginning of a command, behind which more texts come."""
    texts = (b"$%d\r\n%b\r\n" % (len(text), text) for text in map(str.encode, words))
    return b"*%d\r\n" % (len(words) + more) + b"".join(texts)


@contextmanager
def pipelined(client: "Client") -> Iterator[Pipeline]:
    """Give a pipeline on a connection of its own, which is closed after an error."""
    pool = client.connection_pool
    connection: Any = pool.get_connection()
    try:
        yield Pipeline(connection)
    except BaseException:
        connection.disconnect()  # Answers may be on their way: nobody would know whose.
        raise
    finally:
        pool.release(connection)
