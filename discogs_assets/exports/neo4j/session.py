"""Bring a Neo4j database to a month: nodes of all types, then relationships, then its notes."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.exports.differences import Delta
from discogs_assets.exports.graph.model import (
    NODE,
    NODE_OF_TYPE,
    TAG_NODES,
    TAGGED,
    Edge,
    edges_of,
    part_of,
    refer_to,
)
from discogs_assets.exports.graph.rows import GraphRows, as_rows, iter_parts, prefetch
from discogs_assets.exports.month_rows import MonthRows
from discogs_assets.exports.neo4j import cypher
from discogs_assets.exports.sink import Tell, WritePlan
from discogs_assets.exports.sink_state import SinkState, Status
from discogs_assets.warehouse.differing import HASH

if TYPE_CHECKING:
    from neo4j import ManagedTransaction, Session

FETCHED = 100_000
EDGES_AT_ONCE = 2
"""How many relationships are written at once for each record that is."""

logger = logging.getLogger(__name__)


class Neo4jSession:
    """A session with a database. Each statement is a transaction."""

    def __init__(self, session: "Session") -> None:
        self.session = session
        # Also when nothing will be written: files may have been imported without them.
        for statement in cypher.iter_schema():
            self.run(statement)

    def run(self, statement: str, **values: Any) -> list[list[Any]]:
        """Run a statement once, as those need it that divide themselves into transactions."""
        return self.session.run(statement, values).values()

    def write_once(self, statement: str, **values: Any) -> None:
        """Run a statement in a transaction, again when something passing keeps it from it."""

        def transact(transaction: "ManagedTransaction") -> None:
            transaction.run(statement, values).consume()

        self.session.execute_write(transact)

    def write_parts(
        self, statement: str, batches: Iterable[pa.RecordBatch], rows: int
    ) -> Iterator[int]:
        """Run a statement for some rows after the other, while the next are made ready."""
        ready = (as_rows(part) for part in iter_parts(batches, rows))
        with closing(prefetch(ready)) as ahead:
            for part in ahead:
                self.write_once(statement, rows=part)
                yield len(part)

    def write_ids(self, statement: str, ids: BitMap, at_once: int) -> None:
        for start in range(0, len(ids), at_once):
            self.write_once(statement, rows=[*ids[start : start + at_once]])

    def read_state(self) -> dict[str, SinkState]:
        return {one: SinkState.from_text(text) for one, text in self.run(cypher.GET_NOTES)}

    def note(self, dump_type: str, held: SinkState) -> None:
        self.write_once(cypher.SET_NOTE, dump_type=dump_type, held=held.to_text())

    def count(self, dump_type: str, _expected: int = 0) -> int:
        ((found,),) = self.run(cypher.count_nodes(NODE_OF_TYPE[dump_type]))
        return int(found)

    def iter_records(self, dump_type: str) -> Iterator[pa.RecordBatch]:
        found = self.session.run(cypher.get_records(NODE_OF_TYPE[dump_type]))
        while rows := found.fetch(FETCHED):
            ids, hashes = zip(*(row.values() for row in rows), strict=True)
            texts = [one if isinstance(one, str) else None for one in hashes]
            yield pa.RecordBatch.from_pydict(
                {"id": pa.array(ids, pa.int32()), HASH: pa.array(texts, pa.string())}
            )

    def write(self, plans: Sequence[WritePlan], rows: MonthRows, tell: Tell) -> None:
        with closing(GraphRows(rows)) as graph:
            Writing(self, plans, rows, graph, tell).run()
            graph.log_dropped()


class Writing:
    """What is written once: `held` is the state of the database before the first change."""

    def __init__(
        self,
        session: Neo4jSession,
        plans: Sequence[WritePlan],
        rows: MonthRows,
        graph: GraphRows,
        tell: Tell,
    ) -> None:
        self.session, self.plans, self.tell = session, plans, tell
        self.rows, self.graph = rows, graph
        self.batch = rows.block_records
        self.held: Mapping[str, SinkState] = session.read_state()
        self.plan_of = {one.dump_type: one for one in plans}

    def run(self) -> None:
        self.begin()
        was_empty = {one for one in self.plan_of if not self.session.count(one)}
        for plan in self.plans:
            self.write_nodes(plan, is_new=plan.dump_type in was_empty)
        tagged = [one for one in TAGGED if one in self.plan_of]
        if tagged:
            self.write_tags()
        for dump_type in self.graph.types:
            self.write_edges(dump_type, is_new=dump_type in was_empty)
        for dump_type in tagged:
            self.write_part_of(dump_type)
        if tagged:
            self.prune_tags()
        self.end()

    def begin(self) -> None:
        """Note what changes now, also of those whose relationships lead there."""
        for plan in self.plans:
            self.session.note(plan.dump_type, plan.in_progress)
        for one in self.referring():
            held = self.held[one]
            if held.status is Status.DONE:
                self.session.note(one, replace(held, status=Status.INCOMPLETE))

    def end(self) -> None:
        """Note what is done. Of types that were not asked for relationships may be missing."""
        for plan in self.plans:
            self.session.note(plan.dump_type, plan.wanted)
        for one in self.referring():
            if one in self.graph.types:
                self.session.note(one, self.held[one])

    def referring(self) -> list[str]:
        """Return the types that stay, but name records of those that change."""
        found = {one for plan in self.plans for one in refer_to(plan.dump_type)}
        return sorted(one for one in found if one in self.held and one not in self.plan_of)

    def write_nodes(self, plan: WritePlan, *, is_new: bool) -> None:
        node = NODE_OF_TYPE[plan.dump_type]
        if plan.is_everything and not is_new:
            self.session.run(cypher.remove_strays(node))
        self.session.write_ids(cypher.remove_nodes(node), plan.delta.removed, self.batch)
        statement = cypher.create_nodes(node) if is_new else cypher.merge_nodes(node)
        among = None if plan.is_everything else plan.delta.upserts
        batches = self.graph.iter_nodes(node.label, among)
        for count in self.session.write_parts(statement, batches, self.batch):
            self.tell(count)

    def write_tags(self) -> None:
        for node in TAG_NODES:
            names = self.graph.tags(node.label).to_batches()
            for count in self.session.write_parts(cypher.merge_tags(node), names, self.batch):
                logger.debug("%d of %s", count, node.label)

    def write_edges(self, dump_type: str, *, is_new: bool) -> None:
        """Bring the relationships that the records of a dump type name to the month."""
        present = {*self.held, *self.plan_of}
        plan, held = self.plan_of.get(dump_type), self.held.get(dump_type)
        # What was broken off may have left any of them out.
        is_whole = held is None or held.status is not Status.DONE or (plan and plan.is_everything)
        for edge in edges_of(dump_type):
            if NODE[edge.end].dump_type not in {*present, ""}:
                continue
            if is_whole:
                if not is_new:
                    self.session.run(cypher.remove_all_edges(edge))
                batches = self.graph.iter_edges(edge)
            else:
                batches = self.changed_edges(edge)
            self.create(edge, batches)

    def changed_edges(self, edge: Edge) -> Iterator[pa.RecordBatch]:
        """Remove what changed records named; return what they name now, and who names new ones."""
        delta = self.delta(edge.dump_type)
        self.session.write_ids(cypher.remove_edges(edge), delta.changed, self.batch)
        ends = delta.upserts if edge.is_of_both else self.delta(NODE[edge.end].dump_type).added
        return self.graph.iter_edges_at(edge, delta.upserts, ends)

    def delta(self, dump_type: str) -> Delta:
        plan = self.plan_of.get(dump_type)
        return plan.delta if plan else Delta()

    def create(self, edge: Edge, batches: Iterator[pa.RecordBatch]) -> None:
        total, statement = 0, cypher.create_edges(edge)
        for count in self.session.write_parts(statement, batches, self.batch * EDGES_AT_ONCE):
            total += count
            self.tell(0)
        if total:
            logger.info("%s: %s written", edge.name, f"{total:,}")

    def write_part_of(self, dump_type: str) -> None:
        query = part_of(dump_type).format_map(self.rows.sources)
        found = self.graph.connection.execute(query).fetchall()
        pairs = [[style, genre] for style, genre, _ in found]
        self.session.write_once(cypher.set_parts(dump_type), rows=found)
        self.session.write_once(cypher.forget_parts(dump_type), pairs=pairs)
        self.session.write_once(cypher.UNSAID_PARTS)

    def prune_tags(self) -> None:
        for node in TAG_NODES:
            self.session.write_once(cypher.prune_tags(node))
