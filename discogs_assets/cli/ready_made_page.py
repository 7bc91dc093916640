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
    """Return the section on them: views, macros that give rows, then those that give a value."""
    parts = [HEAD]
    one_value = []
    for one in wanted:
        if isinstance(one, Macro) and not one.columns:
            one_value.append(one)
        else:
            parts.append("\n".join(iter_lines(one)))
    return "\n".join([*parts, values(one_value)])


def iter_lines(one: ReadyMade) -> Iterator[str]:
    """Yield the description of a view, or of a macro that gives rows."""
    yield f"### {heading(one)}\n"
    reads = ", ".join(f"`{table}`" for table in one.reads)
    example = f" Example: `{one.example}`." if isinstance(one, Macro) else ""
    yield f"{one.description}{example} Reads {reads}.\n"
    if isinstance(one, Macro) and "`release_summary`" in one.description:
        return
    yield from column_lines(one.columns)
    yield ""


def heading(one: ReadyMade) -> str:
    return one.name if isinstance(one, View) else one.head


def column_lines(columns: Iterable[Column]) -> Iterator[str]:
    yield "| column | type | what |"
    yield "|---|---|---|"
    for column in columns:
        yield f"| `{column.name}` | {column.type.duckdb} | {column.description} |"


def values(macros: Iterable[Macro]) -> str:
    """Return the macros that give one value, as a table."""
    lines = ["### Macros for one value\n", "| macro | what | example |", "|---|---|---|"]
    lines += [f"| `{one.head}` | {one.description} | `{one.example}` |" for one in macros]
    return "\n".join([*lines, ""])
