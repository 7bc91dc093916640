"""The exports: which sinks there are, what turns each on, and what it makes of a month."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from discogs_assets.errors import SettingError
from discogs_assets.exports.documents.document import DOCUMENTS, Tables
from discogs_assets.exports.graph.model import graph_shapes
from discogs_assets.exports.ladybug.sink import GraphFile
from discogs_assets.exports.mongodb.sink import Mongodb
from discogs_assets.exports.neo4j.sink import Neo4j
from discogs_assets.exports.postgres.sink import Postgres
from discogs_assets.exports.redis.sink import Redis
from discogs_assets.exports.settings import ExportSettings
from discogs_assets.exports.sink import Sink
from discogs_assets.exports.sqlite.sink import Sqlite
from discogs_assets.exports.sqlite.tables import CACHED
from discogs_assets.storage.lake import Lake

TYPES = tuple(DOCUMENTS)

Groups = Mapping[str, Tables]
"""The tables of each dump type, by name."""


@dataclass(frozen=True)
class Export:
    """A sink that the graph feeds.

    `variable` turns it on, set to something like `example`; with `has_place` it can be fed
    without, to a file in its usual place. `what` says in Markdown what people find there. It
    waits for tables of the dumps, `reads`, and `reads_computed`.
    """

    name: str
    title: str
    variable: str
    example: str
    what: str
    open: Callable[[ExportSettings, Groups], Sink]
    sink: type[Sink]
    reads: tuple[str, ...] = tuple(document.table for document in DOCUMENTS.values())
    reads_computed: tuple[str, ...] = ()
    types: tuple[str, ...] = TYPES
    has_place: bool = False

    def chosen(self, types: Sequence[str]) -> list[str]:
        """Return which dump types to feed, all where none are named."""
        return chosen_types(types, self.types, self.title)

    def is_on(self, settings: ExportSettings) -> bool:
        """Whether it is to be fed without being asked."""
        return self.variable in settings.are_set

    @property
    def how_to_turn_on(self) -> str:
        return f"set {self.variable}, such as {self.example}"


def chosen_types(types: Sequence[str], known: Sequence[str], title: str) -> list[str]:
    """Return dump types in their order, all where none are named; SettingError for others.

    One that the sink has not is left out, as long as another stays.
    """
    chosen = [one for one in known if one in (types or known)]
    if unknown := {*types} - {*TYPES}:
        raise SettingError(f"expected types of {', '.join(TYPES)}, found {', '.join(unknown)}")
    if not chosen:
        raise SettingError(
            f"{title}: expected types of {', '.join(known)}, found {', '.join(types)}; "
            "name one of those, or none for all"
        )
    return chosen


def types_of_month(
    lake: Lake, month: date, asked: Sequence[str], known: Sequence[str], title: str
) -> list[str]:
    """Return which dump types of a month to feed: where none are named, those that the lake has.

    All that a sink knows when the lake has none of them: reading them says what to do.
    """
    types = chosen_types(asked, known, title)
    return types if asked else [one for one in types if lake.is_published(one, month)] or types


def shapes_of_documents(groups: Groups) -> dict[str, str]:
    """Return the shape of the documents of each dump type."""
    return {name: document.shape(groups[name]) for name, document in DOCUMENTS.items()}


def shapes_of_rows(groups: Groups) -> dict[str, str]:
    """Return the shape of the rows that SQLite gets."""
    return {name: cached.shape(groups[name]) for name, cached in CACHED.items()}


GRAPH = (
    "Nodes `Artist`, `Label`, `Master`, `Release`, `Genre` and `Style`, and between those that are "
    "in the month `MEMBER_OF`, `ALIAS_OF`, `BY`, `ON`, `DERIVED_FROM`, `SUBLABEL_OF`, `IS` and "
    "`PART_OF`."
)

EXPORTS = (
    Export(
        "sqlite",
        "SQLite",
        "SQLITE_PATH",
        "data/discogs_cache.db",
        "A SQLite file with `cached_artists`, `cached_labels`, `cached_masters` and "
        "`cached_releases`: a row a record, its lists as CSV in one column. It is built beside "
        "the old one and put in its place when it is whole.",
        lambda settings, groups: Sqlite(settings.sqlite_path, shapes_of_rows(groups)),
        Sqlite,
        has_place=True,
    ),
    Export(
        "postgres",
        "PostgreSQL",
        "POSTGRES_URL",
        "postgresql://user:password@host/database",
        "Tables `artists`, `labels`, `masters` and `releases` with `data_id`, `hash` and the whole "
        "record as JSONB in `data`, all of a month in one transaction. Rows whose content is the "
        "same are not touched. Needs the extension `pg_trgm`.",
        lambda settings, groups: Postgres(settings.postgres_url, shapes_of_documents(groups)),
        Postgres,
    ),
    Export(
        "neo4j",
        "Neo4j",
        "NEO4J_URI",
        "neo4j://host:7687, with NEO4J_USERNAME and NEO4J_PASSWORD",
        f"{GRAPH} Nodes and relationships are changed in place; nodes `DiscogsExport` say which "
        "month each dump type has, and whether all of it. A first load of a whole month is quicker "
        "with the files of `neo4j_import_files`.",
        lambda settings, _: Neo4j(
            settings.neo4j_uri, settings.neo4j_username, settings.neo4j_password, graph_shapes()
        ),
        Neo4j,
    ),
    Export(
        "ladybug",
        "Ladybug",
        "LADYBUG_PATH",
        "data/discogs_graph.lbug",
        f"{GRAPH} One file, an embedded database for those without Neo4j, that answers the same "
        "Cypher. It is built again, beside the old one, when a record changed.",
        lambda settings, _: GraphFile(settings.ladybug_path, graph_shapes(), settings.memory),
        GraphFile,
        has_place=True,
    ),
    Export(
        "mongodb",
        "MongoDB",
        "MONGODB_URL",
        "mongodb://user:password@host/discogs",
        "Collections `artists`, `labels`, `masters` and `releases`: a document a record, its "
        "Discogs id as `_id`. Documents are changed in place; the collection `discogs_export` "
        "says which month each collection has, and whether all of it.",
        lambda settings, groups: Mongodb(settings.mongodb_url, shapes_of_documents(groups)),
        Mongodb,
    ),
    Export(
        "redis",
        "Redis",
        "REDIS_URL",
        "redis://:password@host:6379/0",
        "For each tag the set of master ids (`genre:Rock`, `style:Techno`, `year:2001`), for each "
        "kind the set of its tags (`unique:genre`), for each master its title in the hash "
        "`master:title` and the set of the addresses of its videos and its releases' "
        "(`video:18500`). All of it changes at once: readers see one month or the next.",
        lambda settings, _: Redis(settings.redis_url),
        Redis,
        reads=("master",),
        reads_computed=("tag", "video"),
        types=("masters",),
    ),
)


BY_NAME = {export.name: export for export in EXPORTS}


class Sinks:
    """Opens sinks by name, where settings say they are; none is opened before its use."""

    def __init__(self, settings: ExportSettings, groups: Groups) -> None:
        self.settings, self.groups = settings, groups

    def open(self, export: Export) -> Sink:
        """Return a sink; SettingError when nothing says where it is."""
        if not (export.has_place or export.is_on(self.settings)):
            raise SettingError(
                f"{export.title}: {export.variable} is not set; set it, such as {export.example}"
            )
        return export.open(self.settings, self.groups)
