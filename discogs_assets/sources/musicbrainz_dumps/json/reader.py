"""Read a dump file of MusicBrainz: lines of JSON in, Arrow tables and undeclared paths out.

Each line is decoded once, strictly, as its tables declare it; that is where bad ones are found. It
is written again with sorted keys and without what no table reads: of that its hash is made, and
that is what Arrow parses, a block at a time and without Python's lock.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.json
import xxhash

from discogs_assets.sources.dumps.reader import BLOCK_BYTES, Ids, Parsed
from discogs_assets.sources.musicbrainz_dumps.json.blocks import Block, iter_blocks
from discogs_assets.sources.musicbrainz_dumps.json.levels import Levels
from discogs_assets.sources.musicbrainz_dumps.json.schema import (
    NO_TEXT,
    JsonText,
    decoder_type,
    tree_of,
)
from discogs_assets.sources.musicbrainz_dumps.json.tracks import add_parts, join_tracks
from discogs_assets.sources.musicbrainz_dumps.json.undeclared_paths import Census
from discogs_assets.sources.musicbrainz_dumps.tables import JsonDumpType
from discogs_assets.tables.table import Table

SORTED = msgspec.json.Encoder(order="sorted")


def read_other(kind: type, value: object) -> object:
    """Return what msgspec asks for: an object of texts as JSON; ValueError for another type."""
    if kind is not JsonText or not isinstance(value, dict):
        raise ValueError(f"Expected `object`, got `{type(value).__name__}`")
    return JsonText(SORTED.encode(value).decode()) if value else NO_TEXT


@dataclass
class Decoded:
    """The good lines of a block, written again, and the rows of its quarantine."""

    texts: list[bytes] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)


class JsonReader:
    """Reads one dump file; threads may share it."""

    def __init__(self, dump_type: JsonDumpType, dump_name: str) -> None:
        self.dump_type, self.dump_name = dump_type, dump_name
        tree = tree_of(dump_type.content_tables)
        self.schema = pa.schema([*tree.arrow])
        self.has_tracks = add_parts(tree)
        self.decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            decoder_type(tree), dec_hook=read_other
        )
        self.encoder = msgspec.json.Encoder(enc_hook=str)
        self.census = Census(dump_type)

    def iter_blocks(self, stream: BinaryIO, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
        """Yield the blocks of an open dump file; DumpError when it cannot be read to its end."""
        return iter_blocks(stream, self.dump_type.member, self.dump_name, block_bytes)

    def parse(self, block: Block) -> Parsed:
        """Return the rows of a block; what cannot be read is in the quarantine table."""
        parsed = self.parsed(self.decode(block, set()))
        parsed.undeclared.update(self.census.count(block))
        return parsed

    def reparse(self, block: Block, taken: set[Any]) -> Parsed:
        """Return the rows of a block; a record whose id is taken, or repeated, is refused."""
        return self.parsed(self.decode(block, taken, refuses_repeats=True))

    def decode(self, block: Block, taken: set[str], *, refuses_repeats: bool = False) -> Decoded:
        """Return the lines of a block: what is wrong with one is told in the quarantine."""
        done, offset, had = Decoded(), block.offset, {*taken}
        for line in block.lines:
            if line:
                try:
                    record = self.decoder.decode(line)
                except (msgspec.MsgspecError, ValueError) as error:
                    done.refused.append(self.refusal(offset, line, describe(error)))
                else:
                    if record.id in had:
                        done.refused.append(
                            self.refusal(offset, line, "its id has been in this dump before")
                        )
                    else:
                        if refuses_repeats:
                            had.add(record.id)
                        self.keep(done, record)
            offset += len(line) + 1
        return done

    def keep(self, done: Decoded, record: Any) -> None:
        if self.has_tracks:
            join_tracks(record)
        text = self.encoder.encode(record)
        done.texts.append(text)
        done.ids.append(record.id)
        done.hashes.append(xxhash.xxh3_128_hexdigest(text))

    def refusal(self, offset: int, line: bytes, error: str) -> dict[str, Any]:
        """Return a row of the quarantine."""
        return {
            "byte_offset": offset,
            "dump": self.dump_name,
            "record_id": id_in(line),
            "error": error,
            "raw": line,
        }

    def parsed(self, done: Decoded) -> Parsed:
        """Return the rows that some lines become."""
        tables = {table.name: table.empty() for table in self.dump_type.tables}
        quarantine = self.dump_type.quarantine
        tables[quarantine.name] = quarantine.from_rows(done.refused)
        if done.texts:
            levels = Levels(self.records(b"\n".join(done.texts)))
            computed = {"record_hash": pa.array(done.hashes, pa.string())}
            for table in self.dump_type.content_tables:
                tables[table.name] = rows_of(levels, table, computed)
        ids: Ids = np.array(done.ids, object)
        return Parsed(tables, ids, len(done.refused))

    def records(self, text: bytes) -> pa.StructArray:
        """Return lines of JSON as Arrow has them."""
        found = pa.json.read_json(
            pa.BufferReader(text),
            pa.json.ReadOptions(use_threads=False, block_size=len(text) + 1),
            pa.json.ParseOptions(explicit_schema=self.schema, unexpected_field_behavior="error"),
        )
        return found.combine_chunks().to_struct_array().combine_chunks()


def rows_of(levels: Levels, table: Table, computed: dict[str, pa.Array]) -> pa.Table:
    [rows] = table.rows
    return levels.rows(rows).table(table, computed)


def describe(error: Exception) -> str:
    """Return why a line was refused: `no JSON` or the key that has another type."""
    if isinstance(error, msgspec.ValidationError):
        return f"another form: {error}"
    return f"no JSON: {error}"


class Id(msgspec.Struct):
    """All that is asked of a line that was refused."""

    id: str


ID = msgspec.json.Decoder(Id)


def id_in(line: bytes) -> str | None:
    """Return the id of a line that was refused, None where it cannot be made out."""
    try:
        return ID.decode(line).id
    except msgspec.MsgspecError:
        return None
