"""The Cypher that writes nodes and relationships, made of their declaration; $rows are lists."""

from collections.abc import Iterator

from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.graph.model import NODES, PART_OF, RECORD_NODES, Edge, Node

NOTE = "DiscogsExport"
"""The label of what a database notes of itself, a node a dump type."""

UNIQUE = {NOTE: "dump_type"} | {node.label: node.key for node in NODES}
NAMED = [node.label for node in RECORD_NODES if DOCUMENTS[node.dump_type].searched == "name"]
"""Labels with a text index: it takes names of up to 32 KB, others of 8."""

AT_ONCE = 10_000
"""How many are removed in a transaction where it is unknown how many there are."""


def iter_schema() -> Iterator[str]:
    """Yield the statements that make constraints and indexes, where they are not."""
    for label, key in UNIQUE.items():
        yield (
            f"CREATE CONSTRAINT discogs_{label.lower()}_{key} IF NOT EXISTS "
            f"FOR (n:{label}) REQUIRE n.{key} IS UNIQUE"
        )
    for label in NAMED:
        yield (
            f"CREATE TEXT INDEX discogs_{label.lower()}_name IF NOT EXISTS "
            f"FOR (n:{label}) ON (n.name)"
        )


GET_NOTES = f"MATCH (n:{NOTE}) RETURN n.dump_type, n.held"
SET_NOTE = f"MERGE (n:{NOTE} {{dump_type: $dump_type}}) SET n.held = $held"


def get_records(node: Node) -> str:
    """Return the query of ids and hashes; other people's nodes may have ids of other kinds."""
    return (
        f"MATCH (n:{node.label}) WHERE n.id IS :: INTEGER NOT NULL "
        "AND 0 < n.id < 2147483648 RETURN n.id, n.hash"
    )


def count_nodes(node: Node) -> str:
    return f"MATCH (n:{node.label}) RETURN count(n)"


def properties_of(names: list[str]) -> str:
    return "{" + ", ".join(f"{name}: row[{place}]" for place, name in enumerate(names)) + "}"


def create_nodes(node: Node) -> str:
    """Return the statement for records that are not there."""
    return f"UNWIND $rows AS row CREATE (:{node.label} {properties_of([*node.properties, 'hash'])})"


def merge_nodes(node: Node) -> str:
    """Return the statement for records that may be there; what others added to them stays."""
    names = properties_of([*node.properties, "hash"])
    return f"UNWIND $rows AS row MERGE (n:{node.label} {{id: row[0]}}) SET n += {names}"


def merge_tags(node: Node) -> str:
    return f"UNWIND $rows AS row MERGE (:{node.label} {{name: row[0]}})"


def remove_nodes(node: Node) -> str:
    return f"UNWIND $rows AS id MATCH (n:{node.label} {{id: id}}) DETACH DELETE n"


def remove_strays(node: Node) -> str:
    """Return the statement that removes nodes without an id of Discogs; not for a transaction."""
    return (
        f"MATCH (n:{node.label}) WHERE n.id IS NULL OR NOT n.id IS :: INTEGER OR n.id < 1 "
        f"OR n.id > 2147483647 CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {AT_ONCE} ROWS"
    )


def prune_tags(node: Node) -> str:
    return f"MATCH (n:{node.label}) WHERE NOT EXISTS {{ (n)<-[:IS]-() }} DETACH DELETE n"


def create_edges(edge: Edge) -> str:
    """Return the statement for relationships that are not there, between nodes that are."""
    more = {name: f"row[{place}]" for place, name in enumerate(edge.properties, 2)}
    properties = ", ".join(f"{name}: {value}" for name, value in more.items())
    return (
        f"UNWIND $rows AS row MATCH {node_at(edge.start, 0)} MATCH {node_at(edge.end, 1)} "
        f"CREATE (a0)-[:{edge.type}{f' {{{properties}}}' if more else ''}]->(a1)"
    )


def node_at(label: str, place: int) -> str:
    return f"(a{place}:{label} {{{UNIQUE[label]}: row[{place}]}})"


def remove_edges(edge: Edge) -> str:
    """Return the statement that removes the relationships which records name."""
    arrow = "-" if edge.is_of_both else "->"
    return (
        f"UNWIND $rows AS id MATCH (:{edge.start} {{id: id}})-[e:{edge.type}]{arrow}"
        f"(:{edge.end}) WITH DISTINCT e DELETE e"
    )


def remove_all_edges(edge: Edge) -> str:
    """Return the statement that removes all of a kind; it is not for a transaction."""
    return (
        f"MATCH (:{edge.start})-[e:{edge.type}]->(:{edge.end}) "
        f"CALL (e) {{ DELETE e }} IN TRANSACTIONS OF {AT_ONCE} ROWS"
    )


def set_parts(dump_type: str) -> str:
    """Return the statement that notes what the records of a dump type say of styles."""
    return (
        f"UNWIND $rows AS row MATCH {node_at(PART_OF.start, 0)} MATCH {node_at(PART_OF.end, 1)} "
        f"MERGE (a0)-[p:PART_OF]->(a1) SET p.{dump_type} = row[2]"
    )


def forget_parts(dump_type: str) -> str:
    """Return the statement that removes what they no longer say."""
    return (
        f"MATCH (s:Style)-[p:PART_OF]->(g:Genre) WHERE p.{dump_type} IS NOT NULL "
        f"AND NOT [s.name, g.name] IN $pairs REMOVE p.{dump_type}"
    )


UNSAID_PARTS = (
    "MATCH (:Style)-[p:PART_OF]->(:Genre) WHERE "
    + " AND ".join(f"p.{name} IS NULL" for name in PART_OF.properties)
    + " DELETE p"
)
