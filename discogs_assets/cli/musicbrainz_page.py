"""The data dictionary of MusicBrainz: every table and column, and what is left out, as Markdown."""

from collections.abc import Iterator

from discogs_assets.sources.musicbrainz_dumps.source import LICENCE
from discogs_assets.sources.musicbrainz_dumps.tables import DUMP_TYPES, JsonDumpType
from discogs_assets.sources.musicbrainz_dumps.views import UNIONS, Union
from discogs_assets.tables.table import Column, Table

HEAD = f"""# Tables of MusicBrainz

Made from the declarations by `make docs`; for what they are see [MusicBrainz](musicbrainz.md).

Each is in the schemas `musicbrainz` (every dump, with a column `month`), `musicbrainz_newest` and
`musicbrainz_history`. {LICENCE}

Where a value stands in the JSON: `[]` is a list, a leading `/` starts at the record, `#` is the
number in the list, `|` parts places of which one has the value.
"""


def musicbrainz_page() -> str:
    parts = [HEAD, "## Views\n", *map(describe_view, UNIONS)]
    for dump_type in DUMP_TYPES.values():
        parts += [f"## From {dump_type.name}\n", *iter_type(dump_type)]
    return "\n".join(parts)


def describe_view(union: Union) -> str:
    tables = ", ".join(f"`{name}`" for name in union.tables)
    columns = ", ".join(f"`{name}`" for name in union.columns)
    return f"- `{union.name}`: {union.description} {columns}. Of {tables}.\n"


def iter_type(dump_type: JsonDumpType) -> Iterator[str]:
    """Yield the tables of a dump type, then what is left out of it."""
    yield from map(describe, dump_type.tables)
    by_reason: dict[str, list[str]] = {}
    for path, why in dump_type.left_out.items():
        by_reason.setdefault(why, []).append(f"`{path}`")
    yield f"Left out of {dump_type.name}:\n"
    yield "".join(f"- {why}: {', '.join(paths)}.\n" for why, paths in by_reason.items())


def describe(table: Table) -> str:
    """Return a table's heading, description and columns."""
    key = ", ".join(f"`{name}`" for name in table.key)
    origin = f" From `{table.rows[0].path}`." if table.rows and table.rows[0].path else ""
    return "\n".join(
        [
            f"### {table.name}\n",
            f"{table.description} Key: {key}.{origin}\n",
            "| column | type | what | in the JSON |",
            "|---|---|---|---|",
            *(describe_column(column) for column in table.columns),
            "",
        ]
    )


def describe_column(column: Column) -> str:
    path = (column.path or "").replace("!", "").replace("|", "\\|")
    shown = f"`{path}`" if path else ""
    return f"| `{column.name}` | {column.type.duckdb} | {column.description} | {shown} |"
