"""The nodes and relationships of a month as Arrow, some at a time."""

import logging
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar, cast

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.exports.graph.model import (
    EDGES,
    NODE,
    NODE_OF_TYPE,
    PART_OF,
    RECORD_NODES,
    SOURCE,
    TAGGED,
    TARGET,
    Edge,
    Node,
    edges_of,
    part_of,
)
from discogs_assets.exports.month_rows import MonthRows, ids_of
from discogs_assets.warehouse.differing import HASH

FETCHED = 100_000
RANGE = 500_000
"""How many records' relationships are told apart at once: it has to fit in memory."""
AHEAD = 2

logger = logging.getLogger(__name__)

T = TypeVar("T")


class GraphRows:
    """The graph of the dump types whose tables `rows` has, as queries by label and by name.

    More may be added. `dropped` counts the relationships without one of their ends, by name. With
    `has_hash` records have their hash.
    """

    def __init__(self, rows: MonthRows, *, has_hash: bool = True) -> None:
        self.has_hash = has_hash
        self.connection = rows.cursor().connection
        self.types = [one.dump_type for one in RECORD_NODES if one.table in rows.sources]
        self.nodes: dict[str, str] = {}
        self.edges: dict[str, str] = {}
        self.part_of: list[str] = []
        self.dropped: dict[str, int] = {}
        sources = dict(rows.sources)
        for dump_type in self.types:
            node = NODE_OF_TYPE[dump_type]
            names = f"{node.selected}, {HASH} AS hash" if has_hash else node.selected
            self.add_nodes(node, f"SELECT {names} FROM {sources[node.table]}")
            for edge in edges_of(dump_type):
                self.edges[edge.name] = edge.query.format_map(sources)
            if dump_type in TAGGED:
                self.part_of.append(part_of(dump_type).format_map(sources))

    def add_nodes(self, node: Node, query: str) -> None:
        """Register the nodes of a label, as a query gives them."""
        self.nodes[node.label] = query
        self.connection.execute(
            f"CREATE OR REPLACE TABLE {ids_table(node.label)} AS SELECT id FROM ({query})"
        )

    def ids(self, label: str) -> BitMap:
        """Return the ids of the nodes of a label."""
        return ids_of(self.connection, f"SELECT id FROM {ids_table(label)}")

    def register_ids(self, name: str, ids: BitMap) -> str:
        """Put ids in a table; return the query that selects them."""
        found = pa.table({"id": pa.array(np.asarray(ids.to_array(), np.int32))})
        self.connection.register("kept_ids", found)
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT id FROM kept_ids")
        self.connection.unregister("kept_ids")
        return f"SELECT id FROM {name}"

    def iter_nodes(self, label: str, among: BitMap | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the nodes of a label; `among` says which ids, if not all."""
        where = (
            f" WHERE id IN ({self.register_ids('wanted_nodes', among)})"
            if among is not None
            else ""
        )
        query = f"SELECT * FROM ({self.nodes[label]}){where}"
        yield from self.connection.execute(query).to_arrow_reader(FETCHED)

    def tags(self, label: str) -> pa.Table:
        """Return the genres or styles that records have."""
        queries = [self.edges[one.name] for one in EDGES if one.end == label and self.has(one)]
        names = " UNION ALL ".join(f"SELECT target FROM ({one})" for one in queries)
        return self.connection.execute(
            f"SELECT DISTINCT target AS name FROM ({names or 'SELECT NULL::VARCHAR AS target'}) "
            "WHERE target IS NOT NULL ORDER BY name"
        ).to_arrow_table()

    def has(self, edge: Edge) -> bool:
        return edge.name in self.edges

    def iter_edges(self, edge: Edge) -> Iterator[pa.RecordBatch]:
        """Yield the relationships whose nodes are both there, each once."""
        ids = self.ids(edge.start)
        if edge.is_of_both:
            yield from self.iter_where(edge, "true")
            return
        for start in range(0, len(ids), RANGE):
            part = ids[start : start + RANGE]
            yield from self.iter_where(edge, f"{SOURCE} BETWEEN {part[0]} AND {part[-1]}")

    def iter_edges_at(self, edge: Edge, starts: BitMap, ends: BitMap) -> Iterator[pa.RecordBatch]:
        """Yield the relationships that start at some nodes or end at some, each once."""
        found = [f"{SOURCE} IN ({self.register_ids('wanted_starts', starts)})"] if starts else []
        found += [f"{TARGET} IN ({self.register_ids('wanted_ends', ends)})"] if ends else []
        if found:
            yield from self.iter_where(edge, " OR ".join(found))

    def iter_where(self, edge: Edge, condition: str) -> Iterator[pa.RecordBatch]:
        """Yield the relationships that meet a condition; count those that lead nowhere."""
        names = ", ".join([SOURCE, TARGET, *edge.properties])
        query = (
            f"SELECT *, {self.is_there(edge.start, SOURCE)} AND {self.is_there(edge.end, TARGET)} "
            f"FROM (SELECT DISTINCT {names} FROM ({self.edges[edge.name]}) WHERE {condition})"
        )
        for batch in self.connection.execute(query).to_arrow_reader(FETCHED):
            found = batch.filter(batch.column(batch.num_columns - 1))
            lost = len(batch) - len(found)
            self.dropped[edge.name] = self.dropped.get(edge.name, 0) + lost
            yield found.select([*range(batch.num_columns - 1)])

    def is_there(self, label: str, column: str) -> str:
        """Return the condition that a node is there; true of a label that is not known here."""
        if label in self.nodes:
            return f"coalesce({column} IN (SELECT id FROM {ids_table(label)}), false)"
        return f"{column} IS NOT NULL"

    def parts(self) -> pa.Table:
        """Return PART_OF: style, genre, and how many masters and releases say so."""
        names = [*PART_OF.properties]
        none = f"SELECT '' AS source, '' AS target, {', '.join(f'0 AS {n}' for n in names)} LIMIT 0"
        counts = ", ".join(f"max({name})::INTEGER AS {name}" for name in names)
        return self.connection.execute(
            f"SELECT source, target, {counts} FROM "
            f"({' UNION ALL BY NAME '.join(f'({one})' for one in [none, *self.part_of])}) "
            "GROUP BY ALL ORDER BY ALL"
        ).to_arrow_table()

    def log_dropped(self) -> None:
        """Log how many relationships were left out without one of their ends."""
        for name, count in self.dropped.items():
            if count:
                logger.info("%s: %s left out, their ends are not in the month", name, f"{count:,}")

    def close(self) -> None:
        self.connection.close()


def ids_table(label: str) -> str:
    return f"graph_{NODE[label].label.lower()}"


def iter_parts(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """Yield the rows of batches, at most so many at once."""
    for batch in batches:
        for start in range(0, len(batch), rows):
            yield batch.slice(start, rows)


def as_rows(batch: pa.RecordBatch) -> list[tuple[Any, ...]]:
    """Return the rows of a batch as Python's values."""
    return [*zip(*(values_of(column) for column in batch.columns), strict=True)]


def values_of(column: pa.Array) -> Sequence[Any]:
    if pa.types.is_integer(column.type) and not column.null_count:
        return cast(list[Any], column.to_numpy().tolist())
    return cast(list[Any], column.to_pylist())


def prefetch(items: Iterator[T]) -> Generator[T]:
    """Yield items that are made on a thread of their own while the caller has others."""
    end: Any = object()
    with ThreadPoolExecutor(1) as thread:
        under_way: deque[Future[Any]] = deque(thread.submit(next, items, end) for _ in range(AHEAD))
        while (item := under_way.popleft().result()) is not end:
            under_way.append(thread.submit(next, items, end))
            yield item
