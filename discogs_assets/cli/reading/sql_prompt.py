"""Queries of the warehouse: one, or one after another at a prompt."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from discogs_assets.display.rows import Relation
from discogs_assets.errors import DiscogsAssetsError
from discogs_assets.platform import TABLES
from discogs_assets.warehouse.database import Warehouse, query
from discogs_assets.warehouse.views import create_as_of_views

GREETING = """\
{path}, {when}
End a query with ; and the prompt with Ctrl-D. SHOW TABLES; DESCRIBE release;
"""
FIRST, NEXT = "sql> ", "...> "

Show = Callable[[Relation], None]


def print_rows(warehouse: Warehouse, sql: str, show: Show, as_of: date | None) -> None:
    """Print the rows of a query, of tables as they were in a month if one is named."""
    with warehouse.reader() as connection:
        if as_of is not None:
            create_as_of_views(connection, TABLES.values(), as_of)
        show(query(connection, sql))


@dataclass
class Prompt:
    """Asks for queries; opens the file for each answer only, so that imports can write."""

    warehouse: Warehouse
    show: Show
    as_of: date | None = None

    def run(self) -> None:
        """Answer queries until there is no more input; an error ends a query, not the prompt."""
        import_editing()
        with self.warehouse.reader():
            pass  # Report an error of the file before a query is typed.
        when = f"as of {self.as_of:%Y-%m}" if self.as_of else "the newest month"
        print(GREETING.format(path=self.warehouse.path, when=when))
        while (sql := self.read()) is not None:
            if sql.strip(" ;\n"):
                self.answer(sql)

    def read(self) -> str | None:
        """Return the lines up to a semicolon, "" when Ctrl-C drops them, None at the end."""
        lines: list[str] = []
        try:
            while not lines or not lines[-1].rstrip().endswith(";"):
                lines.append(input(NEXT if lines else FIRST))
        except KeyboardInterrupt:
            print()
            return ""
        except EOFError:
            print()
            return None
        return "\n".join(lines)

    def answer(self, sql: str) -> None:
        try:
            print_rows(self.warehouse, sql, self.show, self.as_of)
        except DiscogsAssetsError as error:
            print(error, file=sys.stderr)
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)


def import_editing() -> None:
    """Let `input` edit lines and recall earlier ones, where Python has readline."""
    try:
        import readline  # noqa: F401 - to import it is enough
    except ImportError:
        return
