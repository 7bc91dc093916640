"""What people set to have sinks fed; what reads the environment is `definitions`."""

from dataclasses import dataclass, field
from pathlib import Path

DATA = Path("data")


@dataclass(frozen=True)
class ExportSettings:
    """Where sinks are; empty: not fed. URLs and passwords are secrets.

    The two files need no server. They have a place by default, and are fed without being asked
    only where one is set.
    """

    sqlite_path: Path = DATA / "discogs_cache.db"
    postgres_url: str = field(default="", repr=False)
    neo4j_uri: str = ""
    neo4j_username: str = "neo4j"
    neo4j_password: str = field(default="", repr=False)
    mongodb_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    graph_path: Path = DATA / "discogs_graph.lbug"
    are_set: frozenset[str] = frozenset()
    """The variables that are set."""
