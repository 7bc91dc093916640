"""Turn a block of records into one Arrow table for each table of its dump type.

`xml2arrow` reads the block; when it refuses a record, `reread` finds out which.
"""

from collections.abc import Mapping
from contextlib import suppress

import numpy as np
import pyarrow as pa
import xxhash
from xml2arrow import Xml2ArrowError

from discogs_assets.sources.discogs_dumps.tables import XmlDumpType
from discogs_assets.sources.discogs_dumps.xml import xml2arrow_config
from discogs_assets.sources.discogs_dumps.xml.blocks import Block, Ints
from discogs_assets.sources.discogs_dumps.xml.columns import (
    RefusedError,
    Values,
    lists,
    refuse_other_encodings,
    values_of,
    years,
)
from discogs_assets.sources.discogs_dumps.xml.numbering import (
    XmlRows,
    link_to_records,
    pair_ids_with_names,
)
from discogs_assets.sources.discogs_dumps.xml.reread import Rereading
from discogs_assets.sources.dumps.changes.record_match import HASH_CHARACTERS
from discogs_assets.sources.dumps.reader import Ids, Parsed
from discogs_assets.tables.table import Rows, Table

Batches = Mapping[str, pa.RecordBatch]


class BlockParser:
    """Parses the blocks of one dump file; threads may share it."""

    def __init__(self, dump_type: XmlDumpType, dump_name: str) -> None:
        self.dump_type = dump_type
        self.dump_name = dump_name
        self.xml2arrow = xml2arrow_config.build_parser(dump_type)
        paths = [dump_type.xml_path(rows) for t in dump_type.content_tables for rows in t.rows]
        self.records = dump_type.xml_path(dump_type.record_table.rows[0])
        self.namesakes = [
            path for path in paths if path.endswith(f"/{dump_type.record}") and path != self.records
        ]

    def parse(self, block: Block) -> Parsed:
        """Return the rows of a block; what cannot be read is in the quarantine table."""
        with suppress(Xml2ArrowError, RefusedError):
            return self.parse_block(block)
        return self.reparse(block, taken=set())

    def reparse(self, block: Block, taken: set[int]) -> Parsed:
        """Return the rows of a block; a record whose id is taken, or repeated, is refused."""
        return Rereading(block, self.dump_name, taken, self.parse_block).run()

    def parse_block(self, block: Block) -> Parsed:
        """Return the rows of a block as xml2arrow reads it, or raise.

        It raises unless it would take each of the records alone, with the same rows.
        """
        dump_type = self.dump_type
        hashes = hash_records(block)
        if not self.namesakes:
            refuse_nested_records(block)
        refuse_other_encodings(block.document)
        batches = self.xml2arrow.parse(with_plain_line_ends(block.document))
        parts = {
            dump_type.xml_path(rows): read_part(dump_type, table, rows, batches)
            for table in dump_type.content_tables
            for rows in table.rows
        }
        link_to_records(parts, self.records)
        ids = record_ids(parts[self.records], len(hashes))
        for path in self.namesakes:
            refuse_nested_records(block, parts[path].record)
        tables = {
            table.name: assemble(dump_type, table, parts, ids, hashes) for table in dump_type.tables
        }
        return Parsed(tables, ids)


def with_plain_line_ends(document: bytes) -> bytes:
    """Return an XML document with its line ends as XML 1.0 (2.11) wants them read."""
    if b"\r" not in document:
        return document
    return document.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def refuse_nested_records(block: Block, namesakes: Ints | None = None) -> None:
    """Raise RefusedError when a record has other elements with the name of records than it should.

    `namesakes` are the records, by number, of those that tables have. With as many elements at
    the root as starts, each start is then one of them: broken records can make up a whole one, and
    another make up for their number, but not unseen.
    """
    count = len(block.starts)
    inside = len(block.tags) - count
    if namesakes is None:
        is_plain = not inside
    elif is_plain := inside == len(namesakes):
        owners = np.searchsorted(block.starts, block.tags, "right") - 1
        tags = np.bincount(np.maximum(owners, 0), minlength=count)
        is_plain = bool((tags == 1 + np.bincount(namesakes, minlength=count)).all())
    if not is_plain:
        raise RefusedError("a record where none should start")


def hash_records(block: Block) -> pa.Array:
    """Return the hash of each record; RefusedError when one does not end as it should."""
    end = b"</%b>" % block.dump_type.record.encode()
    if len(block.spans) != len(block.starts):
        raise RefusedError("something before the first record")
    starts, stops = block.spans.T
    if not block.matches_at(end, stops - len(end)).all():
        raise RefusedError(f"a record does not end with {end!r}")
    view = memoryview(block.document)
    places = zip(starts.tolist(), stops.tolist(), strict=True)
    digests = [xxhash.xxh3_128_digest(view[start:stop]) for start, stop in places]
    text = pa.py_buffer(b"".join(digests).hex().encode())
    ends = np.arange(len(digests) + 1, dtype=np.int32) * HASH_CHARACTERS
    return pa.StringArray.from_buffers(len(digests), pa.py_buffer(ends), text)


def read_part(dump_type: XmlDumpType, table: Table, rows: Rows, batches: Batches) -> XmlRows:
    """Return the rows of one XML path, not yet numbered."""
    batch = batches[xml2arrow_config.source_name(table, rows)]
    path = dump_type.xml_path(rows)
    levels = levels_of(batch)
    columns = {
        column.name: values_of(batch.column(column.name), column)
        for column in xml2arrow_config.value_columns(table)
    }
    part = XmlRows(table.name, path, levels, columns)
    for column in xml2arrow_config.list_columns(table):
        members = batches[xml2arrow_config.list_name(table, rows, column)]
        values = lists(members.column(column.name), part.rows_of(levels_of(members)), len(part))
        part.columns[column.name] = values
    if rows.id_before:
        return pair_ids_with_names(
            part, batch.column(xml2arrow_config.ID_BEFORE), table.column_at("@id").name
        )
    return part


def levels_of(batch: pa.RecordBatch) -> list[Ints]:
    """Return the index columns, which xml2arrow names <0>, <1> …."""
    names = [name for name in batch.schema.names if name.startswith("<")]
    return [batch.column(name).to_numpy().astype(np.int64) for name in names]


def record_ids(records: XmlRows, expected: int) -> Ids:
    """Return the id of each record; RefusedError when one has none or records were missed."""
    values: Values = records.columns["id"]
    if len(records) != expected:
        raise RefusedError(f"expected {expected} records, found {len(records)}")
    if not values.is_there.all():
        raise RefusedError("a record has no id")
    ids: Ids = values.array.to_numpy()
    return ids


def assemble(
    dump_type: XmlDumpType, table: Table, parts: dict[str, XmlRows], ids: Ids, hashes: pa.Array
) -> pa.Table:
    """Return a table's rows from the parts it is made of."""
    pieces = []
    for rows in table.rows:
        part = parts[dump_type.xml_path(rows)]
        if len(part):
            computed = computed_columns(table, rows, part, ids, hashes)
            arrays = [computed.get(c.name) or part.columns[c.name].array for c in table.columns]
            pieces.append(pa.Table.from_arrays(arrays, schema=table.arrow_schema))
    return pa.concat_tables(pieces) if pieces else table.empty()


def computed_columns(
    table: Table, rows: Rows, part: XmlRows, ids: Ids, hashes: pa.Array
) -> dict[str, pa.Array]:
    """Return the columns of a part that do not stand in its elements."""
    made = {name: pa.repeat(pa.scalar(value), len(part)) for name, value in rows.constants.items()}
    for column in table.columns:
        match column.name:
            case "sequence":
                made["sequence"] = pa.array(part.numbers)
            case "parent_sequence" | "track_sequence" as name:
                made[name] = part.parent_sequence
            case "record_hash":
                made["record_hash"] = hashes
            case "released_year":
                made["released_year"] = years(part.columns["released"].array)
            case name if (column.path or "").startswith("/"):
                made[name] = pa.array(ids[part.record])
    return made
