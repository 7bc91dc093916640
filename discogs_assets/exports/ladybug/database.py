"""An embedded database with the graph: its tables, how they are filled and asked."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from discogs_assets.errors import ExportError, SinkGoneError
from discogs_assets.exports.graph.files import Part, Writer, iter_files
from discogs_assets.exports.graph.model import (
    EDGES,
    INTEGER,
    NODE,
    NODES,
    PART_OF,
    TEXT,
    Edge,
    Node,
)
from discogs_assets.exports.graph.rows import GraphRows
from discogs_assets.exports.sink import Tell
from discogs_assets.exports.sink_state import SinkState
from discogs_assets.tables.table import Type

if TYPE_CHECKING:
    from ladybug import Connection

KINDS = {INTEGER: "INT64", TEXT: "STRING"}
NOTES_TABLE = "CREATE NODE TABLE DiscogsExport(dump_type STRING PRIMARY KEY, held STRING)"

Row = list[Any]


POOL = 1 << 30
"""How much memory the pool of pages may take, in bytes, where nobody says otherwise."""


class GraphDatabase:
    """A database file; `pool` is how many bytes its pages may take while it is open.

    Ladybug (0.22) holds all relationships of a statement there while it takes them in; what it
    takes beside it, some 0.7 GB for a tenth of a month, is not bounded.
    """

    def __init__(self, path: Path, pool: int = POOL) -> None:
        self.path = path
        self.pool = pool

    @contextmanager
    def reader(self) -> Iterator["Graph"]:
        with self.opened(is_reader=True) as graph:
            yield graph

    @contextmanager
    def writer(self) -> Iterator["Graph"]:
        """Open it for changes; they are all in the file when the context ends."""
        with self.opened(is_reader=False) as graph:
            yield graph
            graph.run("CHECKPOINT")

    @contextmanager
    def opened(self, *, is_reader: bool) -> Iterator["Graph"]:
        import ladybug

        with self.errors():
            database = ladybug.Database(self.path, read_only=is_reader, buffer_pool_size=self.pool)
            connection = ladybug.Connection(database)
        try:
            yield Graph(self, connection)
        finally:
            connection.close()
            database.close()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what ladybug says, which has one class for all, into ExportError."""
        try:
            yield
        except RuntimeError as error:
            if "lock" in str(error).lower():
                raise SinkGoneError(f"{self.path}: {error}; close it where it is open") from error
            if "buffer pool is full" in str(error):
                raise ExportError(
                    f"{self.path}: {error}; Ladybug may take {self.pool / 1e9:.1f} GB for its "
                    "pages: set DISCOGS_MEMORY to more"
                ) from error
            raise ExportError(
                f"{self.path}: {error}; see that there is room, and that it is a file of this "
                "release of ladybug: otherwise delete it"
            ) from error


class Graph:
    """A database that is open."""

    def __init__(self, database: GraphDatabase, connection: "Connection") -> None:
        self.database, self.connection = database, connection

    def run(self, query: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """Return the rows that a statement gives."""
        with self.database.errors():
            found: Any = self.connection.execute(query, dict(values or {}))
            rows: list[Row] = found.get_all()
            found.close()
        return rows

    def table(self, query: str) -> pa.Table:
        with self.database.errors():
            found: Any = self.connection.execute(query)
            table = found.get_as_arrow(100_000)
            found.close()
        return table


class Runs(Protocol):
    """A database that is open, here or in another process."""

    def run(self, query: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """Return the rows that a statement gives."""


def copy_nodes(there: Runs, node: Node, path: Path) -> Path:
    """Write the nodes of a label to a Parquet file."""
    names = ", ".join(f"n.{one} AS {one}" for one in node.properties)
    there.run(f"COPY (MATCH (n:{node.label}) RETURN {names}) TO {in_quotes(path)}")
    return path


def copy_edges(runs: Runs, edge: Edge, path: Path) -> Path:
    """Write the relationships of a name to a Parquet file."""
    ends = f"a.{NODE[edge.start].key} AS source, b.{NODE[edge.end].key} AS target"
    names = ", ".join([ends, *(f"e.{one} AS {one}" for one in edge.properties)])
    pattern = f"(a:{edge.start})-[e:`{edge.type}`]->(b:{edge.end})"
    runs.run(f"COPY (MATCH {pattern} RETURN {names}) TO {in_quotes(path)}")
    return path


def build(
    empty: Runs, graph: GraphRows, folder: Path, notes: Mapping[str, SinkState], tell: Tell
) -> None:
    """Fill an empty database; `folder` is for what is only needed meanwhile."""
    for statement in iter_tables():
        empty.run(statement)
    for part in iter_files(graph, folder, ".parquet", open_parquet, tell):
        empty.run(copy_of(part))
        part.path.unlink()
    for dump_type, held in notes.items():
        values = {"dump_type": dump_type, "held": held.to_text()}
        empty.run("CREATE (:DiscogsExport {dump_type: $dump_type, held: $held})", values)


def pattern_of(path: Path) -> str:
    """Return a path as a pattern that it alone matches, for Ladybug and DuckDB."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))


def in_quotes(path: Path | str) -> str:
    """Return a path as a text of Cypher."""
    text = str(path).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{text}'"


def copy_of(part: Part) -> str:
    """Return the statement that takes in a file."""
    if isinstance(part.of, Node):
        return f"COPY {part.of.label} FROM {in_quotes(pattern_of(part.path))}"
    ends = f"(from='{part.of.start}', to='{part.of.end}')"
    return f"COPY `{part.of.type}` FROM {in_quotes(pattern_of(part.path))} {ends}"


def iter_tables() -> Iterator[str]:
    """Yield the statements that make the tables; a type of relationships has one for all ends."""
    yield NOTES_TABLE
    for node in NODES:
        columns = ", ".join(columns_of(node.properties))
        yield f"CREATE NODE TABLE {node.label}({columns}, PRIMARY KEY({node.key}))"
    edges = (*EDGES, PART_OF)
    for type_ in dict.fromkeys(edge.type for edge in edges):
        alike = [edge for edge in edges if edge.type == type_]
        ends = [f"FROM {edge.start} TO {edge.end}" for edge in alike]
        yield f"CREATE REL TABLE `{type_}`({', '.join(ends + columns_of(alike[0].properties))})"


def columns_of(properties: Mapping[str, Type]) -> list[str]:
    return [f"{name} {KINDS[kind]}" for name, kind in properties.items()]


@contextmanager
def open_parquet(path: Path, schema: pa.Schema) -> Iterator[Writer]:
    import pyarrow.parquet

    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        yield writer
