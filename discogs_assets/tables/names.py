"""What the tables of a source are called in SQL: the one rule of names."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from discogs_assets.errors import SettingError

DISCOGS = "discogs"
"""The schema whose tables need no schema in a query."""

SUFFIXES = ("history", "monthly", "newest")
RESERVED = {"history", "monthly", "main", "temp", "system", "pg_catalog", "information_schema"}


class TableId(NamedTuple):
    """Which table is meant: other schemas may have one of the same name."""

    schema: str
    name: str

    def __str__(self) -> str:
        return self.name if self.schema == DISCOGS else f"{self.schema}.{self.name}"


def source_option(schema: str) -> str:
    """Return what a command needs to be of a source: nothing where it is Discogs."""
    return "" if schema == DISCOGS else f" --source {schema}"


def discogs(name: str) -> TableId:
    return TableId(DISCOGS, name)


@dataclass(frozen=True, slots=True)
class Schemas:
    """The schemas of a source: of every dump, of row versions, of rows by dump, of the newest."""

    every: str
    history: str
    monthly: str
    newest: str


def schemas_of(schema: str) -> Schemas:
    """Return the schemas that belong to one; SettingError when its name means another thing."""
    if schema == DISCOGS:
        return Schemas(DISCOGS, "history", "monthly", "main")
    is_plain = re.fullmatch(r"[a-z][a-z0-9_]*", schema) and schema not in RESERVED
    if not is_plain or schema.endswith(tuple(f"_{suffix}" for suffix in SUFFIXES)):
        raise SettingError(
            f"schema {schema!r}: expected small letters, digits and _, none of "
            f"{', '.join(sorted(RESERVED))}, and no _{', _'.join(SUFFIXES)} at its end"
        )
    return Schemas(schema, *(f"{schema}_{suffix}" for suffix in SUFFIXES))
