"""Neo4j: what is in it, what its own import makes of our files, and all that a sink has to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import neo4j
import pytest

from discogs_assets.errors import ExportError
from discogs_assets.exports.feed import feed
from discogs_assets.exports.graph import model
from discogs_assets.exports.graph.model import graph_shapes
from discogs_assets.exports.ladybug.sink import GraphFile
from discogs_assets.exports.neo4j.import_files import COMMAND, SCHEMA, write_import_files
from discogs_assets.exports.neo4j.sink import Neo4j
from discogs_assets_tests.exports.ladybug import test_ladybug
from discogs_assets_tests.support import expected_graph as expected
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, Months
from discogs_assets_tests.support.contract import Content, ServerContract, nobody
from discogs_assets_tests.support.export_months import TYPES, month_of
from discogs_assets_tests.support.exports_page import query_of
from discogs_assets_tests.support.graph_questions import QUESTIONS
from discogs_assets_tests.support.real_months import real_months
from discogs_assets_tests.support.services.server import Server, neo4j_admin

pytestmark = pytest.mark.slow

NODES = "MATCH (n) WHERE NOT n:DiscogsExport RETURN labels(n)[0], properties(n)"
EDGES = (
    "MATCH (a)-[e]->(b) RETURN labels(a)[0] + '_' + type(e) + '_' + labels(b)[0], "
    "coalesce(a.id, a.name), coalesce(b.id, b.name), properties(e)"
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
    """Return all nodes by label and relationships by name, but the notes."""
    with session_of(sink) as session:
        nodes, edges = (session.run(query).values() for query in (NODES, EDGES))
    found: Content = {}
    for label, properties in nodes:
        found.setdefault(label, []).append(properties)
    for name, start, end, properties in edges:
        found.setdefault(name, []).append((start, end, properties))
    return {name: sorted(rows, key=order) for name, rows in found.items()}


def order(row: Any) -> tuple[str, ...]:
    if isinstance(row, dict):
        return (text(row.get("id", row.get("name"))),)
    start, end, properties = row
    return text(start), text(end), repr(sorted(properties.items()))


def text(key: Any) -> str:
    return f"{key:09}" if isinstance(key, int) else str(key)


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


def test_the_graph_is_what_the_records_say(sink: Neo4j, export_months: Months) -> None:
    month = month_of(export_months, JANUARY)
    feed(sink, month, TYPES, nobody)
    found = content(sink)
    for label, nodes in expected.NODES.items():
        rows = [{name: row[name] for name in row if name != "hash"} for row in found.pop(label)]
        assert rows == nodes
    edges = {name: [row[:2] for row in rows] for name, rows in found.items()}
    assert edges == {name: [row[:2] for row in rows] for name, rows in expected.EDGES.items()}
    assert [row[2] for row in found["Release_ON_Label"]] == [{"catno": "W 1"}, {"catno": "C, 2"}]
    parts = [row[2] for row in found["Style_PART_OF_Genre"]]
    assert parts == [{"masters": 1, "releases": 1}, {"masters": 1}]
    for (question, name), answer in expected.ANSWERS.items():
        found_rows = ask(sink, QUESTIONS[question], name=name)
        assert found_rows == [[*one.values()] for one in answer], question


def test_what_people_search_is_indexed(sink: Neo4j, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), ["labels"], nobody)
    query = (
        "SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint "
        "WHERE name STARTS WITH 'discogs_' "
        "RETURN name, type, labelsOrTypes[0], properties, owningConstraint = name ORDER BY name"
    )
    assert ask(sink, query) == [
        ["discogs_artist_id", "RANGE", "Artist", ["id"], True],
        ["discogs_artist_name", "TEXT", "Artist", ["name"], None],
        ["discogs_discogsexport_dump_type", "RANGE", "DiscogsExport", ["dump_type"], True],
        ["discogs_genre_name", "RANGE", "Genre", ["name"], True],
        ["discogs_label_id", "RANGE", "Label", ["id"], True],
        ["discogs_label_name", "TEXT", "Label", ["name"], None],
        ["discogs_master_id", "RANGE", "Master", ["id"], True],
        ["discogs_release_id", "RANGE", "Release", ["id"], True],
        ["discogs_style_name", "RANGE", "Style", ["name"], True],
    ]


def test_relationships_of_records_that_stay_come_and_go(sink: Neo4j, export_months: Months) -> None:
    """Release 6 and its bytes are the same in all months; artist 3 is not there in February."""
    by = "MATCH (:Release {id: 6})-[:BY]->(a:Artist) RETURN a.id"
    kept = "MATCH (r:Release {id: 6}) SET r.mine = true RETURN r.mine"
    for month, artists in ((JANUARY, [[3]]), (FEBRUARY, []), (MARCH, [[3]])):
        feed(sink, month_of(export_months, month), TYPES, nobody)
        assert ask(sink, by) == artists
        assert ask(sink, kept) == [[True]]
    feed(sink, month_of(export_months, MARCH), TYPES, nobody, is_full=True)
    assert ask(sink, "MATCH (r:Release) WHERE r.mine RETURN r.id") == [[6]]


def test_what_broke_off_among_relationships_is_made_up_for(
    sink: Neo4j, export_months: Months
) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    heard: list[int] = []
    feed(sink, month_of(export_months, FEBRUARY), TYPES, heard.append)
    whole, tells = content(sink), len(heard)
    assert heard[-3:] == [0, 0, 0], "relationships are the last to be written"

    def stop(records: int) -> None:
        heard.append(records)
        if len(heard) == last:
            raise KeyboardInterrupt

    for last in (tells - 6, tells):  # noqa: B007  # `stop` has it
        feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
        heard.clear()
        with pytest.raises(KeyboardInterrupt):
            feed(sink, month_of(export_months, FEBRUARY), TYPES, stop)
        feed(sink, month_of(export_months, FEBRUARY), TYPES, nobody)
        assert content(sink) == whole


def test_one_type_after_the_other_makes_the_whole(sink: Neo4j, export_months: Months) -> None:
    month = month_of(export_months, JANUARY)
    feed(sink, month, TYPES, nobody)
    whole = content(sink)
    ask(sink, "MATCH (n) DETACH DELETE n")
    for types in (["releases"], ["artists"], ["releases", "labels"], ["masters"], ["releases"]):
        feed(sink, month, types, nobody)
    assert content(sink) == whole
    feed(sink, month_of(export_months, FEBRUARY), ["artists"], nobody)
    feed(sink, month_of(export_months, JANUARY), ["artists"], nobody)
    feed(sink, month, TYPES, nobody)
    assert content(sink) == whole


def test_nodes_of_others_are_taken_over(sink: Neo4j, export_months: Months) -> None:
    """Other loaders have ids as text."""
    ask(sink, "CREATE (:Artist {id: '7', name: 'X'})-[:BY]->(:Artist {id: 2, name: 'Old', x: 1})")
    found = feed(sink, month_of(export_months, JANUARY), ["artists"], nobody)
    assert found["artists"].there == found["artists"].records == 4
    assert ask(sink, "MATCH (a:Artist {id: 2}) RETURN a.name, a.x") == [["Carol", 1]]


def test_the_import_of_the_files_is_what_the_export_writes(
    sink: Neo4j, neo4j_server: Server, export_months: Months, tmp_path: Path
) -> None:
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / "of before").touch()
    feed(sink, month_of(export_months, FEBRUARY), TYPES, nobody)
    february = content(sink)
    ask(sink, "MATCH (n) DETACH DELETE n")
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    january = content(sink)
    counts = write_import_files(month_of(export_months, JANUARY), TYPES, folder, nobody)
    import_into(neo4j_server, folder)
    assert content(sink) == january
    assert counts == {name: len(rows) for name, rows in january.items()} | expected.LOST
    again = feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    assert {(one.inserted, one.updated, one.deleted) for one in again.values()} == {(0, 0, 0)}
    feed(sink, month_of(export_months, FEBRUARY), TYPES, nobody)
    assert content(sink) == february


def import_into(server: Server, folder: Path) -> None:
    """Run the command that lies beside the files, and the Cypher for afterwards."""
    text = (folder / COMMAND).read_text()
    _, command, lines = text.partition("\nneo4j-admin ")
    assert command
    arguments = lines.replace("\\\n", " ").split()
    with server.stopped():
        neo4j_admin(server, *[with_folder(one, folder) for one in arguments])
    for statement in (folder / SCHEMA).read_text().split(";\n")[:-1]:
        ask(sink_of(server), statement)


def with_folder(argument: str, folder: Path) -> str:
    """Return an option with the whole paths of its files."""
    option, _, files = argument.rpartition("=")
    if not option.startswith(("--nodes", "--relationships")):
        return argument
    return f"{option}={','.join(f'{folder}/{file}' for file in files.split(','))}"


def test_real_months_make_the_graph_that_the_file_has(
    sink: Neo4j, tmp_path: Path, samples: Path
) -> None:
    """Fed one after the other, years apart: here what changed, the file is built anew."""
    file = GraphFile(tmp_path / "graph", graph_shapes())
    for month in real_months(tmp_path, samples):
        for found in (feed(sink, month, TYPES, nobody), feed(file, month, TYPES, nobody)):
            assert all(one.there == one.records > 0 for one in found.values())
    there = test_ladybug.content(file)
    mine = content(sink)
    for node in model.NODES:
        rows = [[row.get(name) for name in node.properties] for row in mine[node.label]]
        assert sorted(rows, key=repr) == sorted(there[node.label], key=repr)
    for edge in (*model.EDGES, model.PART_OF):
        rows = [
            [start, end, *(row.get(name) for name in edge.properties)]
            for start, end, row in mine.get(edge.name, [])
        ]
        assert sorted(rows, key=repr) == there[edge.name]


@pytest.mark.parametrize("uri", ["nonsense", "bolt://me:wrong-secret@127.0.0.1:1:2", "ftp://x"])
def test_an_address_that_is_none_is_an_error(uri: str, export_months: Months) -> None:
    sink = Neo4j(uri, "neo4j", "wrong-secret", graph_shapes())
    with pytest.raises(ExportError, match="NEO4J_URI") as raised:
        feed(sink, month_of(export_months, date(2026, 1, 1)), TYPES, nobody)
    assert "wrong-secret" not in repr(raised.value)


def test_the_query_of_the_readme(sink: Neo4j, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    assert ask(sink, query_of("Neo4j")) == [["The Dark Side, Again", "W 1"]]
