"""Feed the graph to people without Neo4j: one file, an embedded database that speaks Cypher.

It is built beside the old one whenever a record changed, and put in its place when it is whole.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pyarrow as pa

from discogs_assets.exports.drivers import require_driver
from discogs_assets.exports.graph.model import NODE_OF_TYPE, PART_OF, TAGGED, edges_of, refer_to
from discogs_assets.exports.graph.rows import GraphRows
from discogs_assets.exports.ladybug.database import (
    POOL,
    GraphDatabase,
    Row,
    Runs,
    build,
    copy_edges,
    copy_nodes,
    pattern_of,
)
from discogs_assets.exports.ladybug.process import graph_process
from discogs_assets.exports.month_rows import MonthRows
from discogs_assets.exports.sink import Tell, WritePlan
from discogs_assets.exports.sink_state import SinkState, Status
from discogs_assets.storage.disk import disk_errors, move, sync
from discogs_assets.warehouse.differing import HASH
from discogs_assets.warehouse.sql import quoted


class GraphFile:
    """A file with the graph, for `ladybug`, of whose pages `pool` bytes may be in memory."""

    def __init__(self, path: Path, shapes: Mapping[str, str], pool: int = POOL) -> None:
        self.path, self.shapes, self.pool = path, shapes, pool

    @property
    def where(self) -> str:
        return str(self.path)

    @property
    def unfinished(self) -> Path:
        return self.path.with_name(f".{self.path.name}.unfinished")

    @contextmanager
    def open(self) -> Iterator["GraphFileSession"]:
        with require_driver("ladybug"):
            import ladybug  # noqa: F401
        with disk_errors(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            session = GraphFileSession(self)
            try:
                yield session
            finally:
                session.close()

    def translate(self, error: Exception) -> None:
        """Leave it as it is: `GraphDatabase` says what an error means where it arises."""


class GraphFileSession:
    """The file as it is, and the one that is built beside it."""

    def __init__(self, sink: GraphFile) -> None:
        self.path, self.folder, self.pool = sink.path, sink.unfinished, sink.pool
        self.opened = ExitStack()
        self.open()

    def open(self) -> None:
        """Open the file, if there is one."""
        reader = GraphDatabase(self.path, self.pool).reader()
        self.there = self.opened.enter_context(reader) if self.path.exists() else None

    def close(self) -> None:
        self.opened.close()

    def ask(self, query: str) -> list[Row]:
        """Return the rows of a query; none when there is no file."""
        return self.there.run(query) if self.there else []

    def read_state(self) -> dict[str, SinkState]:
        rows = self.ask("MATCH (n:DiscogsExport) RETURN n.dump_type, n.held")
        return {str(dump_type): SinkState.from_text(str(text)) for dump_type, text in rows}

    def iter_records(self, dump_type: str) -> Iterator[pa.RecordBatch]:
        """Yield ids only: hashes would be half of the file, and all is built anew anyway."""
        if self.there:
            found = self.there.table(f"MATCH (n:{NODE_OF_TYPE[dump_type].label}) RETURN n.id")
            ids = found.column(0).combine_chunks().cast(pa.int32())
            yield pa.RecordBatch.from_pydict({"id": ids, HASH: pa.nulls(len(ids), pa.string())})

    def count(self, dump_type: str, _expected: int) -> int:
        rows = self.ask(f"MATCH (n:{NODE_OF_TYPE[dump_type].label}) RETURN count(n)")
        return sum(int(str(count)) for (count,) in rows)

    def write(self, plans: Sequence[WritePlan], rows: MonthRows, tell: Tell) -> None:
        """Build the file: the types at hand from the month, others as they were."""
        shutil.rmtree(self.folder, ignore_errors=True)
        # A name of its own: what a process that was killed has left behind may write for a while.
        folder = self.folder / uuid4().hex
        folder.mkdir(parents=True)
        try:
            path = self.build(folder, plans, rows, tell)
            self.close()
            sync(path)
            # Changes that belong to the old file and were never written into it.
            self.path.with_name(f"{self.path.name}.wal").unlink(missing_ok=True)
            move(path, self.path)
            sync(self.path.parent)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.open()

    def build(self, folder: Path, plans: Sequence[WritePlan], rows: MonthRows, tell: Tell) -> Path:
        """Build the file in the folder, and return where it is."""
        held = self.read_state()
        with closing(GraphRows(rows, has_hash=False)) as graph:
            kept = [one for one in held if one not in graph.types]
            if self.there and kept:
                with graph_process(GraphDatabase(self.path, self.pool), is_reader=True) as there:
                    keep(there, folder, graph, kept)
            notes = noted(held, plans, kept)
            path = folder / "graph"
            with graph_process(GraphDatabase(path, self.pool), is_reader=False) as empty:
                build(empty, graph, folder, notes, tell)
            graph.log_dropped()
        return path


def keep(runs: Runs, folder: Path, graph: GraphRows, types: Sequence[str]) -> None:
    """Add to the graph what a file has of some dump types."""
    for dump_type in types:
        node = NODE_OF_TYPE[dump_type]
        kept = copy_nodes(runs, node, folder / f"kept_{node.label}.parquet")
        graph.add_nodes(node, f"SELECT * FROM {quoted(pattern_of(kept))}")
        for edge in edges_of(dump_type):
            kept = copy_edges(runs, edge, folder / f"kept_{edge.name}.parquet")
            graph.edges[edge.name] = f"SELECT * FROM {quoted(pattern_of(kept))}"
    kept = copy_edges(runs, PART_OF, folder / "kept_parts.parquet")
    graph.part_of += [
        f"SELECT source, target, {one} FROM {quoted(pattern_of(kept))} WHERE {one} IS NOT NULL"
        for one in types
        if one in TAGGED
    ]


def noted(
    held: Mapping[str, SinkState], plans: Sequence[WritePlan], kept: Sequence[str]
) -> dict[str, SinkState]:
    """Return what to note: of kept types, relationships to new records may be missing."""
    behind = {one for plan in plans for one in refer_to(plan.dump_type)} & {*kept}
    notes = {
        one: replace(state, status=Status.INCOMPLETE) if one in behind else state
        for one, state in held.items()
    }
    return notes | {plan.dump_type: plan.wanted for plan in plans}
