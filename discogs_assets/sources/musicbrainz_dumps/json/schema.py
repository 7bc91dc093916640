"""The JSON of a record as the tables declare it: what is decoded, and its Arrow types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
import pyarrow as pa

from discogs_assets.sources.musicbrainz_dumps.json.paths import (
    EMPTY,
    FIRST,
    LIST,
    MAP,
    NUMBER,
    absolute,
    keys_of,
)
from discogs_assets.tables.table import Rows, Table, Type

Small = Annotated[int, msgspec.Meta(ge=-(1 << 31), lt=1 << 31)]
Large = Annotated[int, msgspec.Meta(ge=-(1 << 63), lt=1 << 63)]


class JsonText(str):
    """An object of texts, kept as JSON with sorted keys."""

    __slots__ = ()


NO_TEXT = JsonText()

DECODED: Mapping[Type, Any] = {
    Type.TEXT: str,
    Type.UUID: str,
    Type.INTEGER: Small,
    Type.BIGINT: Large,
    Type.DOUBLE: float,
    Type.BOOLEAN: bool,
    Type.TEXT_LIST: list[str],
}
"""What a value of a type is in JSON."""


@dataclass
class Node:
    """A place in a record: an object with `keys`, or a value of a `type`; or a list of either."""

    keys: dict[str, "Node"] = field(default_factory=dict)
    type: Type | None = None
    is_list: bool = False
    is_map: bool = False
    keeps_empty: bool = False

    def at(self, key: str) -> "Node":
        """Return the place below a key, which is made when it is not there."""
        name = key.removesuffix(LIST).removesuffix(MAP).removesuffix(FIRST).removesuffix(EMPTY)
        node = self.keys.setdefault(name, Node())
        node.is_list = node.is_list or key.endswith(LIST)
        node.is_map = node.is_map or key.endswith(MAP)
        node.keeps_empty = node.keeps_empty or key.endswith(EMPTY)
        return node

    def below(self, path: str) -> "Node":
        node = self
        for key in keys_of(path):
            node = node.at(key)
        return node

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of what stands there."""
        one = pa.struct([(key, node.arrow) for key, node in sorted(self.keys.items())])
        if self.type is not None:
            one = self.type.arrow
        return pa.list_(one) if self.is_list else one


def tree_of(tables: Iterable[Table]) -> Node:
    """Return the record that some tables are declared of."""
    root = Node()
    for table in tables:
        for rows in table.rows:
            add_rows(root, rows, table)
    return root


def add_rows(root: Node, rows: Rows, table: Table) -> None:
    """Add the places of the rows of a table."""
    root.below(rows.path)
    for path in getattr(rows, "where", ()):
        root.below(absolute(rows, path)).type = Type.TEXT
    for column in table.columns:
        for path in (column.path or "").split("|"):
            if path and not path.endswith(NUMBER):
                node = root.below(absolute(rows, path))
                node.type = Type.TEXT_LIST if path.endswith(FIRST) else column.type


def decoder_type(tree: Node) -> type[msgspec.Struct]:
    """Return the class of a record: other keys are passed over, its `id` has to be there."""
    fields = [
        ("id", str, msgspec.field(name="id")) if key == "id" else field_of(ident, key, node)
        for ident, key, node in iter_fields(tree)
    ]
    return struct("record", fields)


def iter_fields(node: Node) -> list[tuple[str, str, Node]]:
    """Return the keys of an object in their order, each with its name in Python."""
    named: dict[str, tuple[str, str, Node]] = {}
    for key, below in sorted(node.keys.items()):
        ident = key.replace("-", "_")
        while ident in named:
            ident += "_"
        named[ident] = (ident, key, below)
    return [*named.values()]


def struct(name: str, fields: list[tuple[str, Any, Any]]) -> type[msgspec.Struct]:
    return msgspec.defstruct(name, fields, kw_only=True, omit_defaults=True, gc=False)


def field_of(ident: str, key: str, node: Node) -> tuple[str, Any, Any]:
    """Return a field; one without a value is left out when a record is written again."""
    if node.is_map:
        return ident, JsonText | None, msgspec.field(name=key, default=NO_TEXT)
    one = DECODED[node.type] if node.type else struct(ident, [*map_fields(node)])
    if node.is_list or node.type is Type.TEXT_LIST:
        listed = list[one] if node.is_list else one  # type: ignore[valid-type]
        return ident, listed | None, msgspec.field(name=key, default_factory=list)
    is_empty = one is str and not node.keeps_empty
    return ident, one | None, msgspec.field(name=key, default="" if is_empty else None)


def map_fields(node: Node) -> list[tuple[str, Any, Any]]:
    return [field_of(*found) for found in iter_fields(node)]
