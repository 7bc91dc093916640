"""Views and macros over tables: declared as tables are, made where what they read is loaded.

They read `main.<table>`, and so the newest month; on a connection that looks back, they read what
those names mean there.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from discogs_assets.tables.table import Column
from discogs_assets.warehouse.ddl import comment, describe
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.sql import Connection


@dataclass(frozen=True, slots=True)
class View:
    """A view `main.<name>`; `reads` names every table that its query needs."""

    name: str
    description: str
    columns: tuple[Column, ...]
    reads: tuple[str, ...]
    query: str

    def make(self, connection: Connection) -> None:
        thing = f'main."{self.name}"'
        connection.execute(f"CREATE OR REPLACE VIEW {thing} AS {self.query}")
        describe(connection, f"VIEW {thing}", self.description, self.columns)


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro: `body` is an expression, or a query where it gives rows of `columns`.

    `example` is a call.
    """

    name: str
    parameters: tuple[str, ...]
    description: str
    body: str
    example: str
    columns: tuple[Column, ...] = ()
    reads: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        return f"{self.name}({', '.join(self.parameters)})"

    def make(self, connection: Connection) -> None:
        table = " TABLE" if self.columns else ""
        call = f"main.{self.head}"
        connection.execute(f"CREATE OR REPLACE MACRO {call} AS{table} {self.body}")
        comment(connection, f'MACRO{table} main."{self.name}"', self.description)


ReadyMade = View | Macro


def make_ready(connection: Connection, wanted: Iterable[ReadyMade]) -> None:
    """Make those whose tables are all loaded; each may use the ones before it."""
    loaded = loaded_months(connection).names()
    for one in makeable(wanted, loaded):
        one.make(connection)


def makeable(wanted: Iterable[ReadyMade], loaded: Collection[str]) -> list[ReadyMade]:
    """Return those that read no other tables than the loaded ones."""
    return [one for one in wanted if all(table in loaded for table in one.reads)]
