"""The documents as Markdown: every field, and the table and column its values come from."""

from collections.abc import Iterator, Mapping, Sequence

from discogs_assets.exports.documents.document import DOCUMENTS, Document, Tables
from discogs_assets.tables.table import Column, Table, Type

EXAMPLE = """{
  "id": 5,
  "title": "Example",
  "released_year": 1999,
  "artists": [{"artist_id": 2, "artist_name": "Someone", "join_string": "&"}, {"artist_id": 3}],
  "genres": ["Electronic", "Rock"],
  "formats": [{"name": "CD", "qty": "2", "descriptions": ["Album"]}],
  "tracks": [
    {"title": "Suite", "sub_tracks": [{"position": "1a", "title": "First"}, {"position": "1b"}]},
    {"position": "2", "title": "Last", "extra_artists": [{"artist_id": 4, "role": "Mixed By"}]}
  ]
}"""
"""A release."""

HEAD = f"""# Documents

Made from the declarations by `make docs`.

A document is a whole record as one JSON object: what PostgreSQL has in `data` and MongoDB as a
document of a collection. All rows of a record, in every table of its dump type, come back from it
exactly. A release, for example:

```json
{EXAMPLE}
```

- A field has the name and the value of its column; each list has the rows of a table.
- What is NULL is left out, and so is a list without rows. An object may be empty (`{{}}`): its row
  has no value, but a place.
- The place says the rest: `sequence` counts the members of a list from 1 in their order. In
  `tracks`, sub-tracks count on behind their track, and what they name as `parent_sequence` and
  credits as `track_sequence` is the object they stand in. `is_extra` is which of the two lists,
  `artists` or `extra_artists`, a credit stands in. The record's id is the document's `id`.
- A list of single values has them as they are; `null` holds the place of one that is NULL.
- `record_hash` is not in the document: it is of the bytes in the dump, and stands beside it.
- Fields stand in the order below, without white space between them; texts are UTF-8.
"""

JSON_TYPES = {
    Type.INTEGER: "integer",
    Type.BIGINT: "integer",
    Type.TEXT: "text",
    Type.BOOLEAN: "boolean",
    Type.TEXT_LIST: "list of texts",
}


def document_pages(groups: Mapping[str, Sequence[Table]]) -> str:
    """Return the description of each document; `groups` are the tables by dump type."""
    parts = [HEAD]
    for name, document in DOCUMENTS.items():
        tables = {table.name: table for table in groups[name]}
        parts.append("\n".join([f"## {name}\n", *iter_lines(document, tables), ""]))
    return "\n".join(parts)


def iter_lines(document: Document, tables: Tables) -> Iterator[str]:
    """Yield the lines of a table of the fields of a document."""
    yield "| field | type | from | what |"
    yield "|---|---|---|---|"
    for path, table, column in document.iter_fields(tables):
        yield field_line(path, table, column)


def field_line(path: str, table: Table, column: Column) -> str:
    origin = f"`{table.name}.{column.name}`"
    return f"| `{path}` | {JSON_TYPES[column.type]} | {origin} | {column.description} |"
