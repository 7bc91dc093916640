"""Some rows of a month of a warehouse table, to look at."""

from datetime import date

from discogs_assets.display.markdown import code, markdown_table
from discogs_assets.display.text import cut, dump_day, readable
from discogs_assets.tables.table import Table, Type
from discogs_assets.warehouse.sql import Connection, literal

ROWS = 5
NUMBERS = {Type.INTEGER, Type.BIGINT}
LEFT_OUT = {"record_hash"}
"""What tells a reader nothing, and is long."""
WIDTH, NARROWEST = 120, 12
"""Characters that the UI's dialog has room for, and a column in any case."""


def sample_rows(connection: Connection, table: Table, month: date) -> str:
    """Return the first rows that come of a month as a Markdown table, or a sentence."""
    columns = [column for column in table.columns if column.name not in LEFT_OUT]
    names = ", ".join(f'"{column.name}"' for column in columns)
    rows = connection.execute(
        f"SELECT {names} FROM {table.every} WHERE month = {literal(month)} LIMIT {ROWS}"
    ).fetchall()
    if not rows:
        return f"*{table.id} has no rows in {dump_day(month)}.*"
    longest = max(NARROWEST, WIDTH // len(columns))
    shown = [[short_words(readable(value), longest) for value in row] for row in rows]
    align = "".join("r" if column.type in NUMBERS else "l" for column in columns)
    return markdown_table([code(column.name) for column in columns], shown, align)


def short_words(text: str, longest: int) -> str:
    """Return a text with long words, such as addresses and hashes, cut: no table wraps them."""
    return " ".join(cut(word, longest) for word in text.split(" "))
