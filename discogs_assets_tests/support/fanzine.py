"""A second source, as small as one can be: two tables, text ids, JSON lines, dumps on any day."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

import numpy as np

from discogs_assets.errors import ListingError
from discogs_assets.sources.dumps.catalogue import Catalogue
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.folder import FolderCatalogue
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.dumps.reader import Lines, Parsed
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.tables.table import Column, Rows, Table, Type

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
PLACE = column("byte_offset", Type.BIGINT), column("record_id"), column("error"), column("raw")
BROKEN = table("broken", ("byte_offset",), *PLACE, is_monthly=True, is_quarantine=True)
ARTISTS = DumpType(NAME, "artists", "artist", (ARTIST, ALIAS, BROKEN))


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


def open_catalogue(url: str, *, longest_wait_s: float = 0.0) -> Catalogue:
    return FolderCatalogue.open(PUBLICATION, url)


PUBLICATION = Publication(
    NAME, "FANZINE_URL", ("artists",), name_of, parse_name, partition=lambda day: day
)
FANZINE = DumpSource(
    "the fanzine", PUBLICATION, {"artists": ARTISTS}, open_catalogue, LineReader, "import_fanzine"
)
