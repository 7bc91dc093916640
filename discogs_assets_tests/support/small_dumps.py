"""Small dumps of artists with something wrong in them, and what is made of them."""

import gzip
import io
from typing import Any

from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.discogs_dumps.xml.blocks import iter_blocks
from discogs_assets.sources.discogs_dumps.xml.parser import BlockParser

PARSERS = {name: BlockParser(dump_type, "made up.gz") for name, dump_type in DUMP_TYPES.items()}
FIRST, LAST = b"<artist><id>1</id><name>A</name></artist>", b"<artist><id>9</id></artist>"

Rows = list[dict[str, Any]]


def parse(xml: bytes, name: str = "artists", block_bytes: int = 1 << 20) -> dict[str, Rows]:
    """Return the rows of the tables that have any."""
    dump = io.BytesIO(gzip.compress(xml))
    rows: dict[str, Rows] = {}
    for block in iter_blocks(dump, DUMP_TYPES[name], "made up.gz", block_bytes):
        for table, found in PARSERS[name].parse(block).tables.items():
            if found.num_rows:
                rows.setdefault(table, []).extend(found.to_pylist())
    return rows


def artists(*lines: bytes) -> bytes:
    return b"\n".join([b"<artists>", *lines, b"</artists>\n"])


def kept(xml: bytes, block_bytes: int = 1 << 20) -> list[int]:
    return [row["id"] for row in parse(xml, block_bytes=block_bytes)["artist"]]


def refused(xml: bytes, name: str = "artists", block_bytes: int = 1 << 20) -> Rows:
    """Return the quarantine, every row of it checked against the bytes it comes from."""
    rows = parse(xml, name, block_bytes).get(DUMP_TYPES[name].quarantine.name, [])
    for row in rows:
        assert row["dump"] == "made up.gz"
        assert xml[row["byte_offset"] :].startswith(row["raw"])
    return rows


def reasons(*lines: bytes) -> list[tuple[int | None, str]]:
    """Return the id and reason of what is refused between a good first and a good last record."""
    xml = artists(FIRST, *lines, LAST)
    assert kept(xml)[0] == 1
    assert kept(xml)[-1] == 9
    return [(row["record_id"], row["error"]) for row in refused(xml)]
