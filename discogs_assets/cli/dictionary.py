"""The data dictionary: every table, column and field of a document, as Markdown.

`make docs` writes it to `docs`, and the lineage of the computed tables into the package; tests
compare those files with the declarations.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from discogs_assets.cli.musicbrainz_page import musicbrainz_page
from discogs_assets.cli.ready_made_page import heading, ready_made_section
from discogs_assets.derived.findings.references import REFERENCES
from discogs_assets.derived.lineage import KEPT, lineage_to_keep
from discogs_assets.derived.tables import DERIVED
from discogs_assets.exports.documents.pages import document_pages
from discogs_assets.sources.discogs_dumps.ready_views import READY_MADE
from discogs_assets.sources.discogs_dumps.source import CHANGE_TABLES
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, XmlDumpType, iter_tables
from discogs_assets.sources.dumps.change_tables import KINDS
from discogs_assets.tables.table import Column, Table

HEAD = """# Tables

Made from the declarations by `make docs`.

`discogs.<table>` shows every imported month, with a column `month` (the first day of the month,
a DATE). `main.<table>`, or just `<table>`, shows the newest imported month without it.
`discogs.loaded_month` says which months of which tables are there, and whether in full.

Both are views. `history.<table>` has each row once, with `valid_from`, the first month that has
it, and `valid_to`, the first later month without it; NULL as long as there is none. A month
`m` has the rows with `valid_from <= m AND (valid_to IS NULL OR valid_to > m)`. What belongs to one
month alone is in `monthly.<table>`, with a column `month`: months that were imported with a limit,
and the tables of quarantine and of changes.

Absent and empty are both NULL, and an id of 0 is NULL. Every element of a list is a row, even one
without any value, such as an empty `<url/>`. `sequence` counts from 1 in file order.
A list column has no empty members, and is NULL when it has none at all.
"""

NOT_THERE = """## What the dumps do not have

- Prices, offers and sales of the marketplace.
- How many people have or want a release; ratings and reviews; lists and collections.
- Who entered or changed a record, and when.
- Images: no addresses since 2015, not even sizes since December 2024.
- Whether a member of a group has left it, and when anybody belonged to one.
- Lyrics, sound, and where a release can be bought or heard, but for its videos.
"""

CHANGES = """## What changed

One table a dump type, computed from the lake: each month against the newest earlier one that was
imported in full. `discogs.change` has the rows of all four with a column `dump_type`, and `change`
those of the newest month of each. What is in quarantine in one of the months is in none of them.
"""


def dictionary() -> str:
    parts = [HEAD, index(), links(), NOT_THERE]
    for dump_type in DUMP_TYPES.values():
        parts += [f"## From {dump_type.name}\n", *iter_type(dump_type)]
    parts += [CHANGES, *iter_changes()]
    parts.append("## Computed\n")
    for derived in DERIVED.values():
        reads = ", ".join(f"`{name}`" for name in derived.reads)
        parts.append(describe(derived.table, f"Computed from {reads}."))
    parts.append(ready_made_section(READY_MADE))
    return "\n".join(parts)


def index() -> str:
    """Return links to the sections, and below each to its tables, views and macros."""
    sections = {
        **{f"From {name}": [table.name for table in of.tables] for name, of in DUMP_TYPES.items()},
        "What changed": [table.name for table in CHANGE_TABLES.values()],
        "Computed": [*DERIVED],
        "Ready-made": [heading(entry) for entry in READY_MADE if entry.reads],
    }
    lines = [
        f"- {link(section)}: {', '.join(map(link, names))}" for section, names in sections.items()
    ]
    return "\n".join([*lines, f"- {link('Ids')}", f"- {link('What the dumps do not have')}", ""])


def link(head: str) -> str:
    """Return a link to a heading of the page, as GitHub calls it."""
    anchor = re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-")
    return f"[{head}](#{anchor})"


def links() -> str:
    """Return the columns that refer to each record table, as a table."""
    leading: dict[str, list[str]] = {}
    for dump_type in DUMP_TYPES.values():
        record = dump_type.record_table
        children = [table for table in dump_type.content_tables if table is not record]
        leading[record.name] = [f"`{table.name}.{table.owner}`" for table in children]
    for reference in REFERENCES:
        leading[reference.target].append(f"`{reference.table}.{reference.column}`")
    rows = [f"| `{target}.id` | {', '.join(columns)} |" for target, columns in leading.items()]
    return "\n".join(["## Ids\n", "| id | columns that lead to it |", "|---|---|", *rows, ""])


def iter_type(dump_type: XmlDumpType) -> Iterator[str]:
    """Yield the tables of a dump type, then what is left out of it."""
    for table in dump_type.tables:
        elements = ", ".join(f"`{dump_type.xml_path(rows)}`" for rows in table.rows)
        yield describe(table, f"From {elements}." if elements else "")
    left_out = [f"`{path}` ({why})" for path, why in dump_type.ignored.items()]
    yield f"Left out of {dump_type.name}: {', '.join(left_out)}.\n"


def iter_changes() -> Iterator[str]:
    """Yield the kinds of changes, the differences that do not count, and the tables."""
    yield "".join(f"- `{kind}`: {what}.\n" for kind, what in KINDS.items())
    yield "Rows are compared in their order, without those that hold no value. Apart from that:\n"
    yield "".join(f"- {what}.\n" for what in iter_form())
    for name, table in CHANGE_TABLES.items():
        yield describe(table, f"Computed from `records` of {name}.")


def iter_form() -> Iterator[str]:
    """Yield what can differ without a change of content, with the reason."""
    for table in iter_tables():
        if table.may_vanish:
            yield f"a record keeps its content when it loses its `{table.name}`: {table.may_vanish}"
        if table.keeps_empty_rows:
            yield f"`{table.name}` is compared with its empty rows: {table.keeps_empty_rows}"
        if not table.is_quarantine and table.may_be_empty:
            yield f"`{table.name}` needs rows in both months: {table.may_be_empty}"
        for column in table.columns:
            name = f"`{table.name}.{column.name}`"
            if column.may_be_missing:
                yield f"{name} needs values in both months: {column.may_be_missing}"
            elif column.not_content:
                yield f"{name} is not compared: {column.not_content}"


def describe(table: Table, origin: str) -> str:
    """Return a table's heading, description and columns."""
    key = ", ".join(f"`{name}`" for name in table.key)
    return "\n".join(
        [
            f"### {table.name}\n",
            f"{table.description} Key: {key}. {origin}".rstrip() + "\n",
            "| column | type | what | in the XML |",
            "|---|---|---|---|",
            *(describe_column(column) for column in table.columns),
            "",
        ]
    )


def describe_column(column: Column) -> str:
    path = f"`{column.path}`" if column.path else ""
    return f"| `{column.name}` | {column.type.duckdb} | {column.description} | {path} |"


def documents() -> str:
    return document_pages({name: dump_type.tables for name, dump_type in DUMP_TYPES.items()})


def lineage() -> str:
    return lineage_to_keep({table.name: [*table.duckdb_columns] for table in iter_tables()})


PAGES = {
    "tables.md": dictionary,
    "documents.md": documents,
    "musicbrainz_tables.md": musicbrainz_page,
}


def main() -> None:
    for name, page in PAGES.items():
        Path(sys.argv[1], name).write_text(page())
    KEPT.write_text(lineage())


if __name__ == "__main__":
    main()
