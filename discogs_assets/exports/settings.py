"""What people set to have sinks fed; what reads the environment is `definitions`."""

from dataclasses import dataclass, field
from pathlib import Path

from discogs_assets.warehouse.memory import LEAST, for_duckdb

DATA = Path("data")
SQLITE, LADYBUG, NEO4J_IMPORT = "discogs_cache.db", "discogs_graph.lbug", "neo4j_import"


@dataclass(frozen=True)
class ExportSettings:
    """Where sinks are; empty: not fed. URLs and passwords are secrets.

    Files need no server. They have a place by default, and are fed without being asked only where
    one is set. `memory` is how many bytes a library may take that holds a database by itself.
    """

    sqlite_path: Path = DATA / SQLITE
    postgres_url: str = field(default="", repr=False)
    neo4j_uri: str = ""
    neo4j_username: str = "neo4j"
    neo4j_password: str = field(default="", repr=False)
    mongodb_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    ladybug_path: Path = DATA / LADYBUG
    neo4j_import_path: Path = DATA / NEO4J_IMPORT
    are_set: frozenset[str] = frozenset()
    """The variables that are set."""
    memory: int = for_duckdb(LEAST)
