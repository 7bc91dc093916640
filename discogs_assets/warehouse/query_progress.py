"""Move a step while DuckDB works on the statements of its parts.

`query_progress()` tells how far the present statement is, from 0 to 100, when the connection was
told to keep count. It tells -1 before it knows, and while an UPDATE writes; the estimate itself
is monotone within a statement but for rounding (DuckDB 1.5.5).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import duckdb

from discogs_assets.display.progress import Step
from discogs_assets.warehouse.sql import Connection

ASK_EVERY_S = 0.25


class Statements:
    """What a connection works on, as parts of a step."""

    def __init__(
        self, connection: Connection, step: Step, ask_every_s: float = ASK_EVERY_S
    ) -> None:
        self.connection = connection
        self.step = step
        self.ask_every_s = ask_every_s
        # In this order: else it prints a bar of its own.
        connection.execute("SET enable_progress_bar_print = false")
        connection.execute("SET enable_progress_bar = true")
        connection.execute("SET progress_bar_time = 0")

    @contextmanager
    def part(self, name: str, weight: float, statements: int = 1) -> Iterator[None]:
        """Name what is done in the block, and how much of the step's total it is.

        `statements` is how many long ones it takes, each about as long.
        """
        with self.step.part(name, weight) as reach, self.watched(Shares(reach, statements).tell):
            yield

    @contextmanager
    def watched(self, tell: Callable[[float], None]) -> Iterator[None]:
        """Ask DuckDB now and then how far it is, on a thread that ends with the block."""
        is_over = threading.Event()

        def watch() -> None:
            with suppress(duckdb.ConnectionException):  # It was closed, after an error.
                while not is_over.wait(self.ask_every_s):
                    tell(self.connection.query_progress() / 100)

        thread = threading.Thread(target=watch, name="progress of DuckDB", daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()


class Shares:
    """Makes the shares of one statement after the other into one of them all."""

    def __init__(self, reach: Callable[[float], None], statements: int) -> None:
        self.reach = reach
        self.statements = max(statements, 1)
        self.finished = 0
        self.last = 0.0

    def tell(self, share: float) -> None:
        """Note how far the present statement is; a negative share says that nobody knows."""
        if share < 0:
            return
        if share < self.last / 2:  # Another statement: within one it hardly goes back.
            self.finished = min(self.finished + 1, self.statements - 1)
        self.last = share
        self.reach((self.finished + min(share, 1)) / self.statements)
