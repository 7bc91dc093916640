"""The ready-made views and macros, as Markdown."""

from collections.abc import Iterable, Iterator

from discogs_assets.tables.table import Column
from discogs_assets.warehouse.ready_made import Macro, ReadyMade, View

HEAD = """## Ready-made

Views and macros over the tables, for what people ask often: [questions.md](questions.md) uses them.
Each is there as soon as all tables that it reads are loaded. They are of the newest month; `sql
--as-of 2025-11` lets them be as they were in another, and fails with the name of the table where
one that is needed has not that month. In a DuckDB client that attaches the file, `USE` it first:
macros look for their tables in the database that is in use.
"""


def ready_made_section(wanted: Iterable[ReadyMade]) -> str:
    """Return the section on them: views, macros that return rows, then those of one value."""
    parts = [HEAD]
    one_value = []
    for ready_made in wanted:
        if isinstance(ready_made, Macro) and not ready_made.columns:
            one_value.append(ready_made)
        else:
            parts.append("\n".join(iter_lines(ready_made)))
    return "\n".join([*parts, values(one_value)])


def iter_lines(entry: ReadyMade) -> Iterator[str]:
    """Yield the description of a view, or of a macro that returns rows."""
    yield f"### {heading(entry)}\n"
    reads = ", ".join(f"`{table}`" for table in entry.reads)
    example = f" Example: `{entry.example}`." if isinstance(entry, Macro) else ""
    yield f"{entry.description}{example} Reads {reads}.\n"
    if isinstance(entry, Macro) and "`release_summary`" in entry.description:
        return
    yield from column_lines(entry.columns)
    yield ""


def heading(entry: ReadyMade) -> str:
    return entry.name if isinstance(entry, View) else entry.head


def column_lines(columns: Iterable[Column]) -> Iterator[str]:
    yield "| column | type | what |"
    yield "|---|---|---|"
    for column in columns:
        yield f"| `{column.name}` | {column.type.duckdb} | {column.description} |"


def values(macros: Iterable[Macro]) -> str:
    lines = ["### Macros for one value\n", "| macro | what | example |", "|---|---|---|"]
    lines += [f"| `{macro.head}` | {macro.description} | `{macro.example}` |" for macro in macros]
    return "\n".join([*lines, ""])
