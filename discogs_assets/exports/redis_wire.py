"""Send members and fields to Redis as it reads them, made of whole columns.

To pack them one by one would take longer than to read them from the warehouse.
"""

from collections.abc import Iterator
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
OPEN = 500
"""Commands that are sent before the first of their answers is read."""


@dataclass(frozen=True)
class Packed:
    """Rows of texts in the form of Redis' protocol, one behind the other."""

    text: memoryview
    edges: np.ndarray[tuple[int], np.dtype[np.int32]]
    texts_a_row: int

    def __len__(self) -> int:
        return len(self.edges) - 1

    def iter_parts(self, start: int, end: int) -> Iterator[tuple[int, memoryview]]:
        """Yield the rows from one place to another: how many texts, and their bytes."""
        for first in range(start, end, AT_ONCE):
            last = min(first + AT_ONCE, end)
            text = self.text[self.edges[first] : self.edges[last]]
            yield (last - first) * self.texts_a_row, text


def packed(*columns: pa.Array | pa.ChunkedArray) -> Packed:
    """Return columns as Redis reads them: each text with its length in bytes before it."""
    parts: list[Any] = []
    for column in columns:
        texts = pa.chunked_array(column).combine_chunks().cast(pa.string())
        parts += ["$", pc.binary_length(texts).cast(pa.string()), "\r\n", texts, "\r\n"]
    found = pc.binary_join_element_wise(*parts, "")
    _, edges, text = found.buffers()
    rows = np.frombuffer(edges, np.int32, len(found) + 1)
    return Packed(memoryview(text or b""), rows, len(columns))


class Wire:
    """A connection on which commands are sent while answers to others are on their way."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.waiting: list[bytes | memoryview] = []
        self.size = self.open = 0

    def send(self, command: str, key: str, texts: int, text: memoryview) -> None:
        """Send a command with a key and packed texts."""
        name = key.encode()
        head = f"*{texts + 2}\r\n${len(command)}\r\n{command}\r\n${len(name)}\r\n".encode()
        self.put(head + name + b"\r\n", text)

    def put(self, *parts: bytes | memoryview) -> None:
        """Send the bytes of a command, together with others when it is short."""
        self.waiting += parts
        self.size += sum(map(len, parts))
        self.open += 1
        if self.size >= SENT_BYTES:
            self.flush()
        if self.open >= OPEN:
            self.settle()

    def flush(self) -> None:
        self.connection.send_packed_command([b"".join(self.waiting)])
        self.waiting, self.size = [], 0

    def settle(self) -> None:
        """Read all answers; raise the first that is an error."""
        self.flush()
        while self.open:
            self.open -= 1
            self.connection.read_response()


@contextmanager
def wire(client: "Client") -> Iterator[Wire]:
    """Give a wire of a client's own; it is cut when something goes wrong."""
    pool = client.connection_pool
    connection: Any = pool.get_connection()
    try:
        yield Wire(connection)
    except BaseException:
        connection.disconnect()  # Answers may be on their way: nobody would know whose.
        raise
    finally:
        pool.release(connection)
