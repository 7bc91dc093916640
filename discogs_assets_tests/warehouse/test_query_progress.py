"""A step that moves while DuckDB works."""

import threading
from collections.abc import Iterator

import duckdb
import pytest

from discogs_assets.display.pace import Pace
from discogs_assets.warehouse.query_progress import Shares, Statements
from discogs_assets.warehouse.sql import Connection

ROWS = 6_000_000
COUNT = "SELECT count(*) FROM (SELECT key, count(*) FROM numbers GROUP BY key HAVING count(*) > 1)"


class Seen(Pace):
    """A step that notes how far it was."""

    def __init__(self, total: float) -> None:
        super().__init__("computing", total, is_bytes=False)
        self.seen: list[float] = []

    def reach(self, done: float) -> None:
        super().reach(done)
        self.seen.append(self.done)


@pytest.fixture
def connection() -> Iterator[Connection]:
    with duckdb.connect(config={"threads": 2}) as connection:
        numbers = f"SELECT hash(i) AS key, i::VARCHAR AS text FROM range({ROWS}) t(i)"
        connection.execute(f"CREATE TABLE numbers AS {numbers}")
        yield connection


def test_a_slow_statement_moves_its_step(
    connection: Connection, capfd: pytest.CaptureFixture[str]
) -> None:
    step = Seen(100)
    parts = Statements(connection, step, ask_every_s=0.02)
    with parts.part("query", 80):
        connection.execute(COUNT).fetchall()
    amid = [done for done in step.seen if 0 < done < 80]
    assert len({*amid}) >= 3
    assert step.seen == sorted(step.seen)
    assert step.done == 80
    with parts.part("storing", 20, statements=2):
        connection.execute("CREATE TABLE copy AS FROM numbers")
        connection.execute("CREATE OR REPLACE TABLE copy AS FROM numbers")
    assert step.seen == sorted(step.seen)
    assert step.done == 100
    assert capfd.readouterr() == ("", "")  # DuckDB draws no bar of its own.
    assert "progress of DuckDB" not in [thread.name for thread in threading.enumerate()]


def test_an_update_is_no_error_though_nobody_knows_how_far_it_is(connection: Connection) -> None:
    step = Seen(10)
    with Statements(connection, step, ask_every_s=0.02).part("update", 10):
        connection.execute("UPDATE numbers SET text = 'x' WHERE key % 8 = 0")
    assert step.seen == sorted(step.seen)
    assert step.done == 10


def test_a_statement_that_fails_ends_its_watcher(connection: Connection) -> None:
    step = Seen(10)
    with pytest.raises(duckdb.Error), Statements(connection, step).part("query", 10):
        connection.execute("SELECT error('broken')").fetchall()
    assert step.done < 10
    assert "progress of DuckDB" not in [thread.name for thread in threading.enumerate()]


def test_a_connection_that_is_closed_meanwhile_is_no_error(connection: Connection) -> None:
    with Statements(connection, Seen(10), ask_every_s=0.01).part("query", 10):
        connection.close()
        threading.Event().wait(0.05)


@pytest.mark.parametrize(
    ("statements", "told", "expected"),
    [
        (1, [-1, 0.2, 0.6, -1, 0.9], [0.2, 0.6, 0.9]),
        # A second statement begins where the first ended, and what comes after stays there.
        (2, [0.4, 1, 0.1, 0.5, 1, 0.1], [0.2, 0.5, 0.55, 0.75, 1, 0.55]),
        # It goes back a little: that is no other statement.
        (2, [0.5, 0.48, 0.6], [0.25, 0.24, 0.3]),
        (0, [0.5], [0.5]),
    ],
)
def test_shares_of_statements(statements: int, told: list[float], expected: list[float]) -> None:
    found: list[float] = []
    shares = Shares(found.append, statements)
    for share in told:
        shares.tell(share)
    assert found == pytest.approx(expected)
