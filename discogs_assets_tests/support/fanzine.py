"""A second source, as small as one can be: two tables, text ids, JSON lines, dumps on any day."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from types import ModuleType
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from discogs_assets.errors import ListingError
from discogs_assets.sources.dumps.catalogue import Catalogue
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.folder import FolderCatalogue
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.dumps.reader import Parsed
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.tables.table import Column, Rows, Table, Type
from discogs_assets.warehouse.lineage import Lineage

NAME, TEXT, NUMBER = "fanzine", Type.TEXT, Type.INTEGER
FILE = re.compile(rf"{NAME}-(\d{{8}})-(artists)\.jsonl\.gz")


def column(name: str, kind: Type = TEXT, **policies: Any) -> Column:
    return Column(name, kind, f"The {name}.", **policies)


def table(name: str, key: tuple[str, ...], *columns: Column, **policies: Any) -> Table:
    return Table(name, f"Each {name}.", key, columns, schema=NAME, **policies)


HASH = column("record_hash", not_content="it is made of the others")
ARTIST = table("artist", ("id",), column("id"), column("name"), HASH, rows=(Rows(""),))
ALIAS_KEY = ("artist_id", "sequence")
ALIAS = table("alias", ALIAS_KEY, column("artist_id"), column("sequence", NUMBER), column("alias"))
BROKEN = table(
    "artist_quarantine", ("byte_offset",), column("byte_offset", Type.BIGINT), column("record_id"),
    column("error"), column("raw", Type.BLOB), is_monthly=True, is_quarantine=True,
)  # fmt: skip
ARTISTS = DumpType(NAME, "artists", "artist", (ARTIST, ALIAS, BROKEN))


class Lines(NamedTuple):
    lines: list[bytes]

    @property
    def records(self) -> int:
        return len(self.lines)

    def first(self, count: int) -> "Lines":
        return Lines(self.lines[:count])


class LineReader:
    def __init__(self, dump_type: DumpType, dump_name: str) -> None:
        self.name = dump_name

    def iter_blocks(self, stream: BinaryIO, block_bytes: int) -> Iterator[Lines]:
        with gzip.open(stream) as lines:
            while found := lines.readlines(block_bytes):
                yield Lines(found)

    def parse(self, block: Lines) -> Parsed:
        records = [json.loads(line) for line in block.lines]
        hashes = [hashlib.sha256(line).hexdigest()[:32] for line in block.lines]
        artists = [{**one, "record_hash": h} for one, h in zip(records, hashes, strict=True)]
        aliases = [
            {"artist_id": one["id"], "sequence": number, "alias": alias}
            for one in records
            for number, alias in enumerate(one.pop("aliases", ()), 1)
        ]
        tables = {"artist": ARTIST.from_rows(artists), "alias": ALIAS.from_rows(aliases)}
        ids = np.array([one["id"] for one in records], object)
        return Parsed({**tables, BROKEN.name: BROKEN.empty()}, ids)

    def reparse(self, block: Lines, taken: set[int]) -> Parsed:
        raise AssertionError(f"{self.name}: an id is there twice")


def parse_name(name: str) -> tuple[date, str]:
    if match := FILE.fullmatch(name):
        return date.fromisoformat(match[1]), match[2]
    raise ListingError(f"{name!r} is no dump file")


def name_of(day: date, kind: str) -> str:
    return f"{NAME}-{day:%Y%m%d}-{kind}.jsonl.gz"


def lineage(dump_type: DumpType) -> Lineage:
    return {
        f"{table.name}.{one}": [(dump_type.dump, one)]
        for table in dump_type.tables
        for one in table.duckdb_columns
    }


def declared_in(_table: Table) -> ModuleType:
    import discogs_assets_tests.support.fanzine as module

    return module


def open_catalogue(url: str, *, longest_wait_s: float = 0.0) -> Catalogue:
    return FolderCatalogue.open(PUBLICATION, url)


PUBLICATION = Publication(
    NAME, "FANZINE_URL", ("artists",), lambda _day: ("artists",), name_of, parse_name,
    lambda name: name.startswith(NAME), partition=lambda day: day,
)  # fmt: skip
FANZINE = DumpSource(
    "the fanzine", PUBLICATION, {"artists": ARTISTS}, open_catalogue, LineReader,
    "import_fanzine", lineage, declared_in,
)  # fmt: skip
