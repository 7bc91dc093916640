"""The data dictionary: every table and column, as Markdown.

`make docs` writes it to `docs/tables.md`; a test holds that file against the declarations.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from discogs_assets.derived.tables import DERIVED
from discogs_assets.discogs_dumps.tables import DUMP_TYPES, DumpType
from discogs_assets.tables import Column, Table

HEAD = """# Tables

Made from the declarations by `make docs`.

`discogs.<table>` holds every imported month, with a column `month` (the first day of the month,
a DATE). `main.<table>`, or just `<table>`, is a view of the newest imported month without it.
`discogs.loaded_month` says which months of which tables are there, and whether in full.

Absent and empty are both NULL, and an id of 0 is NULL. Every element of a list is a row, even one
without any value, such as an empty `<url/>`. `sequence` counts from 1 in file order.
A list column has no empty members, and is NULL when it has none at all.
"""


def dictionary() -> str:
    """Return the data dictionary."""
    parts = [HEAD]
    for dump_type in DUMP_TYPES.values():
        parts += [f"## From {dump_type.name}\n", *iter_type(dump_type)]
    parts.append("## Computed\n")
    for derived in DERIVED.values():
        reads = ", ".join(f"`{name}`" for name in derived.reads)
        parts.append(describe(derived.table, f"Computed from {reads}."))
    return "\n".join(parts)


def iter_type(dump_type: DumpType) -> Iterator[str]:
    """Yield the description of each table of a dump type."""
    for table in dump_type.tables:
        elements = ", ".join(f"`{dump_type.xml_path(rows)}`" for rows in table.rows)
        yield describe(table, f"From {elements}." if elements else "")
    left_out = [f"`{path}` ({why})" for path, why in dump_type.ignored.items()]
    yield f"Left out of {dump_type.name}: {', '.join(left_out)}.\n"


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


def main() -> None:
    Path(sys.argv[1]).write_text(dictionary())


if __name__ == "__main__":
    main()
