"""A process of its own for what Ladybug writes: on a full disk its library may end its process.

Run as a module it takes statements on standard input, and answers on standard output, a line of
JSON each.
"""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from discogs_assets.errors import ExportError
from discogs_assets.exports.ladybug.database import Graph, GraphDatabase, Row

PROGRAM = sys.executable, "-m", __name__
REFUSED = 3
"""The status of the process when it has said in a sentence why it cannot go on."""
MOST_SAID = 500
"""How many letters are shown of what it says when its library ends it."""


class GraphProcess:
    """A database that another process has open."""

    def __init__(self, path: Path, process: "subprocess.Popen[str]", said: IO[bytes]) -> None:
        self.path, self.process, self.said = path, process, said

    def run(self, query: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """Return the rows that a statement gives."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps([query, dict(values or {})]) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise self.ended() from None
        line = self.process.stdout.readline()
        if not line.endswith("\n"):
            raise self.ended()
        rows, error = json.loads(line)
        if error:
            raise ExportError(error)
        found: list[Row] = rows
        return found

    def ended(self) -> ExportError:
        """Return what tells that the process ended by itself."""
        status = self.process.wait()
        self.said.seek(0)
        said = " ".join(self.said.read().decode(errors="replace").split())
        if status == REFUSED:
            return ExportError(said)
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        said = said[-MOST_SAID:]
        return ExportError(
            f"{self.path}: Ladybug's library ended with {how}: {said or 'it said nothing'}; see "
            "that there is room, and memory; the file that was there is as it was"
        )


@contextmanager
def graph_process(database: GraphDatabase, *, is_reader: bool) -> Iterator[GraphProcess]:
    """Open a database in a process of its own; it is closed, and all is in the file, in the end."""
    arguments = [str(database.path), str(database.pool), *(["read"] if is_reader else [])]
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - this very module
            [*PROGRAM, *arguments], stdin=pipe, stdout=pipe, stderr=said, encoding="utf-8"
        ) as process,
    ):
        graph = GraphProcess(database.path, process, said)
        try:
            yield graph
            finish(graph)
        finally:
            process.kill()


def finish(graph: GraphProcess) -> None:
    """Wait until the process has closed the database."""
    assert graph.process.stdin is not None
    graph.process.stdin.close()
    if graph.process.wait():
        raise graph.ended()


def serve(graph: Graph) -> None:
    """Run the statements that come on standard input."""
    for line in sys.stdin:
        query, values = json.loads(line)
        try:
            answer = [graph.run(query, values), ""]
        except ExportError as error:
            answer = [[], str(error)]
        print(json.dumps(answer, default=str), flush=True)


def main(path: str, pool: str, mode: str = "write") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent is interrupted, and ends this.
    database = GraphDatabase(Path(path), int(pool))
    try:
        with database.reader() if mode == "read" else database.writer() as graph:
            serve(graph)
    except ExportError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)


if __name__ == "__main__":
    main(*sys.argv[1:])
