"""The graph in a file: what is in it, and all that every sink has to do."""

from pathlib import Path
from typing import Any

import pytest

from discogs_assets.errors import ExportError
from discogs_assets.exports.graph_database import GraphDatabase
from discogs_assets.exports.graph_file import GraphFile
from discogs_assets.exports.graph_questions import QUESTIONS
from discogs_assets.exports.graph_tables import EDGES, NODES, PART_OF, graph_shapes
from discogs_assets.exports.held import State
from discogs_assets_tests.discogs_dumps.change_months import FEBRUARY, JANUARY, MARCH, Months
from discogs_assets_tests.exports.contract import Content, SinkContract, nobody
from discogs_assets_tests.exports.export_months import TYPES, month_of


@pytest.fixture
def sink(tmp_path: Path) -> GraphFile:
    return GraphFile(tmp_path / "graph.lbug", graph_shapes())


def ask(sink: GraphFile, query: str, **values: object) -> list[list[Any]]:
    with GraphDatabase(sink.path).reader() as graph:
        return graph.run(query, values)


def content(sink: GraphFile) -> Content:
    if not sink.path.exists():
        return {}
    found = {}
    with GraphDatabase(sink.path).reader() as graph:
        for node in NODES:
            names = ", ".join(f"n.{one}" for one in node.properties)
            found[node.label] = graph.run(f"MATCH (n:{node.label}) RETURN {names} ORDER BY 1")
        for edge in (*EDGES, PART_OF):
            names = ", ".join(["a", "b", *(f"e.{one}" for one in edge.properties)])
            query = f"MATCH (a:{edge.start})-[e:`{edge.type}`]->(b:{edge.end}) RETURN {names}"
            found[edge.name] = graph.run(query)
    return found


class TestGraphFile(SinkContract):
    def content(self, sink: GraphFile) -> Content:
        return content(sink)

    def empty(self, sink: GraphFile) -> None:
        sink.path.unlink(missing_ok=True)
