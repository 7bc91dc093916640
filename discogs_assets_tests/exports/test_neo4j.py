"""Neo4j: what is in it, and all that a sink has to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import neo4j
import pytest

from discogs_assets.errors import ExportError
from discogs_assets.exports.graph_tables import graph_shapes
from discogs_assets.exports.neo4j_sink import Neo4j
from discogs_assets_tests.exports.contract import Content, ServerContract
from discogs_assets_tests.services.server import Server

pytestmark = pytest.mark.slow

NODES = "MATCH (n) WHERE NOT n:DiscogsExport RETURN labels(n)[0], properties(n)"
EDGES = (
    "MATCH (a)-[e]->(b) RETURN labels(a)[0], coalesce(a.id, a.name), type(e), properties(e), "
    "labels(b)[0], coalesce(b.id, b.name)"
)


def sink_of(server: Server, password: str = "") -> Neo4j:
    user = server.settings["NEO4J_USERNAME"]
    return Neo4j(server.address, user, password or server.password, graph_shapes())


@contextmanager
def session_of(sink: Neo4j) -> Iterator[neo4j.Session]:
    login = sink.username, sink.password
    with neo4j.GraphDatabase.driver(sink.uri, auth=login) as driver, driver.session() as session:
        yield session


def ask(sink: Neo4j, query: Any, **values: Any) -> list[list[Any]]:
    with session_of(sink) as session:
        return session.run(query, values).values()


def content(sink: Neo4j) -> Content:
    """Return all nodes and relationships but the notes."""
    with session_of(sink) as session:
        nodes, edges = (session.run(query).values() for query in (NODES, EDGES))
    return {"nodes": sorted(map(repr, nodes)), "edges": sorted(map(repr, edges))}


@pytest.fixture
def sink(neo4j_server: Server) -> Neo4j:
    found = sink_of(neo4j_server)
    ask(found, "MATCH (n) DETACH DELETE n")
    return found


class TestNeo4j(ServerContract):
    is_atomic = False

    @pytest.fixture(autouse=True)
    def server_of_sink(self, neo4j_server: Server) -> None:
        self.server = neo4j_server

    @pytest.fixture
    def stranger(self, neo4j_server: Server) -> Neo4j:
        return sink_of(neo4j_server, "wrong-secret")

    def content(self, sink: Neo4j) -> Content:
        return content(sink)

    def empty(self, sink: Neo4j) -> None:
        ask(sink, "MATCH (n) DETACH DELETE n")
