"""Read the records of a block of which xml2arrow refused one, so that each costs only itself.

What becomes of a record follows from its own bytes: xml2arrow takes all records that it takes alone
as well, and lxml is asked of those that it refuses alone.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby

import numpy as np
import pyarrow as pa
from xml2arrow import Xml2ArrowError

from discogs_assets.sources.discogs_dumps.xml.blocks import Block, as_document
from discogs_assets.sources.discogs_dumps.xml.columns import RefusedError
from discogs_assets.sources.discogs_dumps.xml.exact_spans import Span, split
from discogs_assets.sources.discogs_dumps.xml.record_reader import (
    RecordError,
    RowsByTable,
    guess_id,
    read_record,
)
from discogs_assets.sources.dumps.reader import Parsed

Piece = tuple[int, bytes | memoryview]
"""Where a part of a dump starts in it, and its bytes: mostly a record."""

LINE_END = b"\n"

MOST_TABLES = 32
"""How many small tables are kept apart before they are copied into one."""


class Rereading:
    """Reads the pieces of a block in file order; `parse` reads a block by xml2arrow, or raises.

    A record whose id is `taken`, or was had before, is refused; ids are added to those taken.
    """

    def __init__(
        self, block: Block, dump_name: str, taken: set[int], parse: Callable[[Block], Parsed]
    ) -> None:
        self.block = block
        self.dump_type = block.dump_type
        self.dump_name = dump_name
        self.taken = taken
        self.parse = parse
        self.found: dict[str, list[pa.Table]] = defaultdict(list)
        self.rows: RowsByTable = defaultdict(list)

    def run(self) -> Parsed:
        """Return the rows of the block; what cannot be read is in the quarantine table."""
        self.read([*self.block.iter_pieces()])
        self.keep_rows()
        tables = {
            table.name: pa.concat_tables([table.empty(), *self.found[table.name]]).combine_chunks()
            for table in self.dump_type.tables
        }
        return Parsed(tables, tables[self.dump_type.record].column("id").to_numpy())

    def read(self, pieces: Sequence[Piece]) -> None:
        """Read pieces together; by halves when xml2arrow refuses one of them."""
        with suppress(Xml2ArrowError, RefusedError):
            self.take(pieces, self.parse(self.as_block(pieces)))
            return
        middle = len(pieces) // 2
        if middle:
            self.read(pieces[:middle])
            self.read(pieces[middle:])
        else:
            self.read_alone(*pieces[0])

    def take(self, pieces: Sequence[Piece], parsed: Parsed) -> None:
        """Keep the rows of pieces that are a record each, but of those whose id was had before."""
        ids: list[int] = parsed.ids.tolist()
        firsts = {*np.unique(parsed.ids, return_index=True)[1].tolist()}
        again = {n for n, id_ in enumerate(ids) if n not in firsts or id_ in self.taken}
        if again:
            parsed = self.parse(self.as_block([p for n, p in enumerate(pieces) if n not in again]))
            for n in sorted(again):
                self.refuse(*pieces[n], had_before(ids[n]))
        self.taken.update(parsed.ids.tolist())
        self.keep_rows()
        for name, table in parsed.tables.items():
            self.keep(name, table)

    def read_alone(self, offset: int, view: bytes | memoryview) -> None:
        """Read a piece that xml2arrow refuses: by lxml when it is one element, else by parts."""
        raw = bytes(view)
        spans = split(raw, offset, self.dump_type)
        if spans == [(offset, raw, None)]:
            self.read_with_lxml(offset, raw)
            return
        for is_refused, group in groupby(spans, lambda span: span[2] is not None):
            parts: list[Span] = [*group]
            if is_refused:
                for begin, part, error in parts:
                    self.refuse(begin, part, error or "")
            else:
                self.read([(begin, part) for begin, part, _ in parts])

    def read_with_lxml(self, offset: int, raw: bytes) -> None:
        try:
            record_id, rows = read_record(raw, self.dump_type)
        except RecordError as error:
            self.refuse(offset, raw, str(error))
            return
        if record_id in self.taken:
            self.refuse(offset, raw, had_before(record_id))
            return
        self.taken.add(record_id)
        for table, more in rows.items():
            self.rows[table] += more

    def refuse(self, offset: int, raw: bytes | memoryview, error: str) -> None:
        """Put a piece into quarantine."""
        row = {"byte_offset": offset, "dump": self.dump_name, "raw": bytes(raw), "error": error}
        row["record_id"] = guess_id(bytes(raw), self.dump_type)
        self.rows[self.dump_type.quarantine.name].append(row)

    def as_block(self, pieces: Sequence[Piece]) -> Block:
        """Return pieces as a block of their own, each as if a line began with it."""
        lead = self.block.lead or LINE_END
        document = as_document(self.dump_type, *(part for _, raw in pieces for part in (lead, raw)))
        return Block(self.dump_type, self.block.index, 0, document, lead)

    def keep_rows(self) -> None:
        """Keep the rows read by lxml since xml2arrow last read something."""
        for table in self.dump_type.tables:
            if rows := self.rows.pop(table.name, []):
                self.keep(table.name, table.from_rows(rows))

    def keep(self, name: str, table: pa.Table) -> None:
        """Keep rows, copied together now and then: xml2arrow leaves room behind those it reads."""
        if table.num_rows:
            self.found[name].append(table)
        if len(self.found[name]) > MOST_TABLES:
            self.found[name] = [pa.concat_tables(self.found[name]).combine_chunks()]


def had_before(record_id: int) -> str:
    return f"id {record_id} was had before in this dump; the first is kept"
