"""The graph in a file: what is in it, and all that every sink has to do."""

import sys
from pathlib import Path
from typing import Any

import pytest

from discogs_assets.errors import ExportError
from discogs_assets.exports.feed import feed, read_state
from discogs_assets.exports.graph.model import EDGES, NODE, NODES, PART_OF, graph_shapes
from discogs_assets.exports.ladybug import process
from discogs_assets.exports.ladybug.database import GraphDatabase
from discogs_assets.exports.ladybug.sink import GraphFile
from discogs_assets.exports.sink_state import Status
from discogs_assets_tests.support import expected_graph as expected
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, Months
from discogs_assets_tests.support.contract import Content, FileContract, nobody
from discogs_assets_tests.support.export_months import TYPES, month_of
from discogs_assets_tests.support.exports_page import query_of
from discogs_assets_tests.support.graph_questions import QUESTIONS

pytestmark = pytest.mark.slow


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
            rows = graph.run(f"MATCH (n:{node.label}) RETURN {names}")
            found[node.label] = sorted(rows, key=lambda row: row[0])
        for edge in (*EDGES, PART_OF):
            ends = [f"a.{NODE[edge.start].key}", f"b.{NODE[edge.end].key}"]
            names = ", ".join([*ends, *(f"e.{one}" for one in edge.properties)])
            query = f"MATCH (a:{edge.start})-[e:`{edge.type}`]->(b:{edge.end}) RETURN {names}"
            found[edge.name] = sorted(graph.run(query), key=repr)
    return found


def test_too_small_a_pool_says_what_to_set(tmp_path: Path) -> None:
    graph = GraphDatabase(tmp_path / "graph.lbug", pool=8 << 20)
    with pytest.raises(ExportError, match=r"DISCOGS_MEMORY"), graph.writer() as writer:
        writer.run(
            "UNWIND range(1, 2000000) AS i RETURN i, CAST(i AS STRING) AS text "
            "ORDER BY text LIMIT 1999999"
        )


ABORTING = """
import os, sys
from discogs_assets.exports.ladybug import process as graph_process

def abort(*_):
    sys.stderr.write("what(): no space left")
    sys.stderr.flush()
    os.abort()

serve = graph_process.serve
graph_process.serve = {serve}
graph_process.main(*sys.argv[1:])
"""
ABORTS = {
    "before": "abort",
    "in a statement": "lambda graph: (setattr(graph, 'run', abort), serve(graph))",
    "in the end": "lambda graph: (serve(graph), abort())",
}


@pytest.mark.parametrize("how", ABORTS.values(), ids=ABORTS)
def test_a_library_that_ends_its_process_ends_in_a_sentence(
    sink: GraphFile, export_months: Months, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    before = content(sink)
    program = (sys.executable, "-c", ABORTING.format(serve=how))
    with monkeypatch.context() as patch:
        patch.setattr(process, "PROGRAM", program)
        with pytest.raises(ExportError) as raised:
            feed(sink, month_of(export_months, FEBRUARY), TYPES, nobody)
    said = "Ladybug's library ended with SIGABRT: what(): no space left; see that there is room"
    assert said in str(raised.value)
    assert content(sink) == before
    assert [*sink.path.parent.iterdir()] == [sink.path]
    feed(sink, month_of(export_months, FEBRUARY), TYPES, nobody)
    assert content(sink) != before


class TestGraphFile(FileContract):
    def content(self, sink: GraphFile) -> Content:
        return content(sink)

    def empty(self, sink: GraphFile) -> None:
        sink.path.unlink(missing_ok=True)


def filled(names: list[str], row: list[Any]) -> dict[str, Any]:
    return {name: value for name, value in zip(names, row, strict=True) if value is not None}


def test_the_graph_is_what_the_records_say(sink: GraphFile, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    found = content(sink)
    for node in NODES:
        rows = [filled([*node.properties], row) for row in found[node.label]]
        assert rows == expected.NODES[node.label]
    edges = {name: [tuple(row) for row in found[name]] for name in expected.EDGES}
    assert edges == expected.EDGES


@pytest.mark.parametrize(("question", "name"), expected.ANSWERS)
def test_the_questions_are_answered(
    sink: GraphFile, export_months: Months, question: str, name: str
) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    answer = expected.ANSWERS[question, name]
    rows = ask(sink, QUESTIONS[question], name=name)
    assert rows == [[*one.values()] for one in answer]


def test_types_that_were_not_asked_for_stay(sink: GraphFile, export_months: Months) -> None:
    """Release 6 names artist 3, who is there in January and March only; 99 in March."""
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    feed(sink, month_of(export_months, FEBRUARY), ["artists"], nobody)
    assert {row[0] for row in ask(sink, "MATCH (r:Release) RETURN r.id")} == {1, 2, 3, 6}
    by = "MATCH (r:Release)-[:BY]->(a:Artist) RETURN r.id AS x, a.id AS y ORDER BY x, y"
    assert ask(sink, by) == [[1, 1], [1, 2]]
    states = {one: held.status for one, held in read_state(sink).items()}
    assert states == {
        "artists": Status.DONE,
        "labels": Status.DONE,
        "masters": Status.INCOMPLETE,
        "releases": Status.INCOMPLETE,
    }
    feed(sink, month_of(export_months, JANUARY), ["artists"], nobody)
    feed(sink, month_of(export_months, JANUARY), ["releases"], nobody)
    assert ask(sink, by) == [[1, 1], [1, 2], [6, 3]]
    feed(sink, month_of(export_months, MARCH), TYPES, nobody)
    assert {held.status for held in read_state(sink).values()} == {Status.DONE}


def test_a_file_that_is_no_graph_is_an_error(sink: GraphFile, export_months: Months) -> None:
    sink.path.write_text("no database at all " * 1000)
    with pytest.raises(ExportError, match="not a valid"):
        feed(sink, month_of(export_months, JANUARY), TYPES, nobody)


def test_the_queries_of_the_readme(sink: GraphFile, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    assert ask(sink, query_of("Ladybug")) == [["The Dark Side, Again"]]
    assert ask(sink, query_of("Neo4j")) == [["The Dark Side, Again", "W 1"]]


@pytest.mark.parametrize("name", ["o'brien", "a?b", "[x] *", "100% #1 %20", 'ä "q"'])
def test_any_path_will_do(tmp_path: Path, export_months: Months, name: str) -> None:
    sink = GraphFile(tmp_path / name / "graph?.lbug", graph_shapes())
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    feed(sink, month_of(export_months, FEBRUARY), ["artists"], nobody)
    assert {row[0] for row in ask(sink, "MATCH (a:Artist) RETURN a.id")} == {1, 2, 4, 5}
