"""The graph: which nodes and relationships a month has, and the SQL that gives them.

How they are written to a database or file does not belong here.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from discogs_assets.tables.table import Type

INTEGER, TEXT = Type.INTEGER, Type.TEXT
SOURCE, TARGET = "source", "target"
"""The columns of a relationship's query: the keys of the nodes where it starts and ends."""


@dataclass(frozen=True)
class Node:
    """Nodes of a label: the records of a dump type, or names that records have (`Genre`).

    The first of the properties is the key. `columns` names the column of those that differ.
    """

    label: str
    properties: Mapping[str, Type]
    dump_type: str = ""
    table: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def selected(self) -> str:
        """The properties as SQL selects them from the table."""
        return ", ".join(f"{self.columns.get(one, one)} AS {one}" for one in self.properties)

    @property
    def key(self) -> str:
        return next(iter(self.properties))


@dataclass(frozen=True)
class Edge:
    """Relationships of a type between two labels; all rows are of records of one dump type.

    In `query` stands `{table}` for what the rows of a table are selected from. With `is_of_both`
    the records at either end may name it.
    """

    type: str
    start: str
    end: str
    dump_type: str
    query: str
    properties: Mapping[str, Type] = field(default_factory=dict)
    is_of_both: bool = False

    @property
    def name(self) -> str:
        return f"{self.start}_{self.type}_{self.end}"


RECORD_NODES = (
    Node("Artist", {"id": INTEGER, "name": TEXT, "real_name": TEXT}, "artists", "artist"),
    Node("Label", {"id": INTEGER, "name": TEXT}, "labels", "label"),
    Node("Master", {"id": INTEGER, "title": TEXT, "year": INTEGER}, "masters", "master"),
    Node(
        "Release",
        {"id": INTEGER, "title": TEXT, "year": INTEGER, "country": TEXT},
        "releases",
        "release",
        {"year": "released_year"},
    ),
)
TAG_NODES = Node("Genre", {"name": TEXT}), Node("Style", {"name": TEXT})
NODES = RECORD_NODES + TAG_NODES
NODE = {one.label: one for one in NODES}
NODE_OF_TYPE = {one.dump_type: one for one in RECORD_NODES}

EDGES = (
    Edge(
        "MEMBER_OF",
        "Artist",
        "Artist",
        "artists",
        "SELECT member_artist_id AS source, group_artist_id AS target FROM {group_member} "
        "UNION ALL SELECT artist_id, group_id FROM {artist_group}",
        is_of_both=True,
    ),
    Edge(
        "ALIAS_OF",
        "Artist",
        "Artist",
        "artists",
        "SELECT alias_id AS source, artist_id AS target FROM {artist_alias}",
        is_of_both=True,
    ),
    Edge(
        "SUBLABEL_OF",
        "Label",
        "Label",
        "labels",
        "SELECT id AS source, parent_id AS target FROM {label} "
        "WHERE parent_id IS NOT NULL OR parent_name IS NOT NULL "
        "UNION ALL SELECT sublabel_id, label_id FROM {label_sublabel}",
        is_of_both=True,
    ),
    Edge(
        "BY",
        "Master",
        "Artist",
        "masters",
        "SELECT master_id AS source, artist_id AS target FROM {master_artist}",
    ),
    Edge(
        "BY",
        "Release",
        "Artist",
        "releases",
        "SELECT release_id AS source, artist_id AS target FROM {release_artist} WHERE NOT is_extra",
    ),
    Edge(
        "ON",
        "Release",
        "Label",
        "releases",
        "SELECT release_id AS source, label_id AS target, catno FROM {release_label}",
        {"catno": TEXT},
    ),
    Edge(
        "DERIVED_FROM",
        "Release",
        "Master",
        "releases",
        "SELECT id AS source, master_id AS target FROM {release} WHERE master_id IS NOT NULL",
    ),
    *(
        Edge(
            "IS",
            record.label,
            tag,
            record.dump_type,
            f"SELECT {record.table}_id AS source, {tag.lower()} AS target "
            f"FROM {{{record.table}_{tag.lower()}}}",
        )
        for record in RECORD_NODES[2:]
        for tag in ("Genre", "Style")
    ),
)

PART_OF = Edge("PART_OF", "Style", "Genre", "", "", {"masters": INTEGER, "releases": INTEGER})
"""From a style to each genre that is the only one of some record with that style.

Discogs files a style under genres, but a dump has them in lists of their own: of a record with two
genres it is unknown which one a style is of. How many records say so stands beside: one of a
thousand may be somebody's mistake.
"""

TAGGED = {record.dump_type: record.table for record in RECORD_NODES[2:]}


def part_of(dump_type: str) -> str:
    """Return the query of PART_OF from the records of a dump type, and of their number."""
    table = TAGGED[dump_type]
    owner = f"{table}_id"
    return (
        f"SELECT style AS source, genre AS target, count(*)::INTEGER AS {dump_type} FROM "
        f"(SELECT {owner}, min(genre) AS genre FROM {{{table}_genre}} GROUP BY ALL "
        f"HAVING count(DISTINCT genre) = 1) JOIN "
        f"(SELECT DISTINCT {owner}, style FROM {{{table}_style}} WHERE style IS NOT NULL) "
        f"USING ({owner}) GROUP BY ALL"
    )


def edges_of(dump_type: str) -> list[Edge]:
    """Return the relationships that the records of a dump type name."""
    return [one for one in EDGES if one.dump_type == dump_type]


def refer_to(dump_type: str) -> set[str]:
    """Return the other dump types whose records name those of this one."""
    label = NODE_OF_TYPE[dump_type].label
    return {one.dump_type for one in EDGES if one.end == label} - {dump_type}


def graph_shapes() -> dict[str, str]:
    """Return a short hash by dump type; another when the same rows make another graph."""
    return {
        one: hashlib.sha256("\n".join(iter_declared(one)).encode()).hexdigest()[:12]
        for one in NODE_OF_TYPE
    }


def iter_declared(dump_type: str) -> Iterator[str]:
    """Yield what makes up the nodes and relationships of a dump type."""
    node = NODE_OF_TYPE[dump_type]
    yield f"{node.label} {node.table} {node.selected} {types_of(node.properties)}"
    for edge in edges_of(dump_type):
        yield f"{edge.name} {types_of(edge.properties)} {edge.query}"
    if dump_type in TAGGED:
        yield part_of(dump_type)


def types_of(properties: Mapping[str, Type]) -> dict[str, str]:
    return {name: one.duckdb for name, one in properties.items()}
