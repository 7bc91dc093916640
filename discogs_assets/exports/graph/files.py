"""The graph as files, one for each kind of node and relationship, for systems that load those."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from discogs_assets.exports.graph.model import (
    EDGES,
    NODE,
    PART_OF,
    RECORD_NODES,
    SOURCE,
    TAG_NODES,
    TARGET,
    TEXT,
    Edge,
    Node,
)
from discogs_assets.exports.graph.rows import GraphRows
from discogs_assets.exports.sink import Tell


class Writer(Protocol):
    """What writes batches to a file: of CSV or Parquet."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch."""


OpenWriter = Callable[[Path, pa.Schema], AbstractContextManager[Writer]]


@dataclass(frozen=True)
class Part:
    """A file: the nodes of a label or the relationships of a name, and how many it has."""

    of: Node | Edge
    path: Path
    rows: int


def iter_files(
    graph: GraphRows, folder: Path, ending: str, open_writer: OpenWriter, tell: Tell
) -> Iterator[Part]:
    """Write the graph to a folder, and yield each file when it is whole: nodes before edges."""
    for node in RECORD_NODES:
        if node.label in graph.nodes:
            path = folder / f"{node.label}{ending}"
            schema = record_schema(node, has_hash=graph.has_hash)
            rows = write(open_writer, path, schema, graph.iter_nodes(node.label), tell)
            yield Part(node, path, rows)
    for node in TAG_NODES if graph.part_of else ():
        path = folder / f"{node.label}{ending}"
        names = graph.tags(node.label)
        yield Part(node, path, write(open_writer, path, names.schema, names.to_batches()))
    for edge in EDGES:
        if edge.name in graph.edges and (edge.end in graph.nodes or not NODE[edge.end].dump_type):
            path = folder / f"{edge.name}{ending}"
            rows = write(open_writer, path, edge_schema(edge), graph.iter_edges(edge))
            yield Part(edge, path, rows)
    if graph.part_of:
        path = folder / f"{PART_OF.name}{ending}"
        parts = graph.parts()
        yield Part(PART_OF, path, write(open_writer, path, parts.schema, parts.to_batches()))


def write(
    open_writer: OpenWriter,
    path: Path,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    tell: Tell | None = None,
) -> int:
    """Write batches to a file, and return how many rows they were."""
    total = 0
    with open_writer(path, schema) as writer:
        for batch in batches:
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
            total += len(batch)
            if tell:
                tell(len(batch))
    return total


def record_schema(node: Node, *, has_hash: bool) -> pa.Schema:
    types = {**node.properties, "hash": TEXT} if has_hash else node.properties
    return pa.schema([(name, one.arrow) for name, one in types.items()])


def edge_schema(edge: Edge) -> pa.Schema:
    ends = {SOURCE: NODE[edge.start], TARGET: NODE[edge.end]}
    keys = {name: node.properties[node.key] for name, node in ends.items()}
    types = {**keys, **edge.properties}
    return pa.schema([(name, one.arrow) for name, one in types.items()])
