"""Rows of dumps written in a test, and the documents that are made of them."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from discogs_assets.exports.documents.build import Block, python_values
from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.documents.json_text import json_text
from discogs_assets.exports.documents.nesting import Nesting
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.tables.table import Table
from discogs_assets_tests.support.document_rows import Rows, rows_of

Arrow = Mapping[str, pa.Table]


def tables_of(dump_type: str) -> dict[str, Table]:
    """Return the tables of records, by name."""
    return {table.name: table for table in DUMP_TYPES[dump_type].tables if not table.is_monthly}


def nest(dump_type: str, rows: Arrow) -> Nesting:
    return Nesting(DOCUMENTS[dump_type], tables_of(dump_type), rows)


def as_json(block: Block) -> list[tuple[int, str, bytes]]:
    """Return id, hash and compact JSON of each document."""
    texts = json_text(block.documents).cast(pa.binary()).to_pylist()
    return [*zip(block.ids.tolist(), block.hashes.to_pylist(), texts, strict=True)]


def documents(dump_type: str, rows: Arrow) -> list[dict[str, Any]]:
    """Return the documents of rows, as both ways of writing them have them."""
    found = nest(dump_type, rows).documents()
    written = [json.loads(text) for text in json_text(found).to_pylist()]
    assert written == python_values(found)
    return written


def back(dump_type: str, rows: Arrow) -> Rows:
    """Return the rows that the documents of rows give."""
    tables = tables_of(dump_type)
    found: Rows = {name: [] for name in tables}
    hashes = nest(dump_type, rows).hashes.to_pylist()
    for record_hash, content in zip(hashes, documents(dump_type, rows), strict=True):
        for name, more in rows_of(DOCUMENTS[dump_type], tables, record_hash, content).items():
            found[name] += more
    return found


def in_order(dump_type: str, rows: Arrow) -> Rows:
    """Return rows in the order of their keys."""
    return {
        name: sorted(rows[name].to_pylist(), key=lambda row: [row[column] for column in table.key])
        for name, table in tables_of(dump_type).items()
    }


def again(dump_type: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return the document of the rows of a document."""
    tables = tables_of(dump_type)
    rows = rows_of(DOCUMENTS[dump_type], tables, None, content)
    (found,) = documents(
        dump_type, {name: tables[name].from_rows(some) for name, some in rows.items()}
    )
    return found
