"""A table is data: the schemas of every system are derived from its declaration.

How the values get into a table does not belong here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

import polars as pl
import pyarrow as pa

from discogs_assets.tables.names import DISCOGS, Schemas, TableId, schemas_of


class Type(Enum):
    """A column's type: its Arrow, Polars and DuckDB names, and how DuckDB compresses it.

    What DuckDB is told it need not find out by trying every way, which is half of a load; FSST
    takes texts that hardly repeat, "" leaves the choice to DuckDB.
    A TIMESTAMP is of UTC. A UUID is text: Polars has no such type, and so it reads the same in the
    lake, in the warehouse and in JSON.
    """

    INTEGER = (pa.int32(), pl.Int32(), "INTEGER", "bitpacking")
    BIGINT = (pa.int64(), pl.Int64(), "BIGINT", "bitpacking")
    TEXT = (pa.string(), pl.String(), "VARCHAR", "fsst")
    DOUBLE = (pa.float64(), pl.Float64(), "DOUBLE", "")
    BOOLEAN = (pa.bool_(), pl.Boolean(), "BOOLEAN", "bitpacking")
    DATE = (pa.date32(), pl.Date(), "DATE", "rle")
    TIMESTAMP = (pa.timestamp("us"), pl.Datetime("us"), "TIMESTAMP", "bitpacking")
    UUID = (pa.string(), pl.String(), "VARCHAR", "")
    BLOB = (pa.binary(), pl.Binary(), "BLOB", "")
    TEXT_LIST = (pa.list_(pa.string()), pl.List(pl.String()), "VARCHAR[]", "")

    def __init__(
        self, arrow: pa.DataType, polars: pl.DataType, duckdb: str, compression: str
    ) -> None:
        self.arrow = arrow
        self.polars = polars
        self.duckdb = duckdb
        self.compression = compression


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `path` says where its value stands in the record, seen from the row's element.

    In XML `@name` is an attribute, `.` the element's own text, a leading `/` starts at the record;
    what it means in JSON stands in the source that has it. None means that the value is computed,
    as the description says. With `zero_is_null` a 0 in
    the dump means unknown. `is_repetitive` tells writers that few distinct values fill it.
    `null_tolerance` is by how much the share of NULL may differ from the month before.
    `not_content` says why a record stays the same when it differs, `may_be_missing` why a whole
    dump may have no value of it: it is compared only where both months have some.
    `is_sparse` says that most rows have NULL there.
    """

    name: str
    type: Type
    description: str
    path: str | None = None
    zero_is_null: bool = False
    is_repetitive: bool = False
    null_tolerance: float = 0.05
    not_content: str = ""
    may_be_missing: str = ""
    is_sparse: bool = False

    @property
    def compression(self) -> str:
        """How DuckDB is to compress it; "" leaves the choice to DuckDB.

        FSST does not compress a part that has nothing but NULL; a dictionary makes it vanish.
        """
        in_dictionary = self.type is Type.TEXT and (self.is_repetitive or self.is_sparse)
        return "dictionary" if in_dictionary else self.type.compression


@dataclass(frozen=True, slots=True)
class Rows:
    """The elements that become rows: a path below the record and what is the same in each.

    `id_before` names a sibling that stands before the element and holds its id.
    """

    path: str
    constants: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    id_before: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `key` names the columns that tell its rows of one month apart.

    Those of `null_in_key` may be NULL, but not all columns of the key at once.
    `row_tolerance` is the share by which the number of rows may change in a month;
    `may_be_empty` says why a month without rows is nothing to warn of, `may_vanish` why a record
    stays the same when it loses all its rows, `keeps_empty_rows` why a row without any value
    counts all the same. Rows that are `is_monthly` tell of a month itself: they have no history.
    In a quarantine, every row is one too many. `schema` is that of its source.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Rows, ...] = ()
    row_tolerance: float = 0.05
    null_in_key: tuple[str, ...] = ()
    may_be_empty: str = ""
    may_vanish: str = ""
    keeps_empty_rows: str = ""
    is_monthly: bool = False
    is_quarantine: bool = False
    schema: str = DISCOGS

    @property
    def id(self) -> TableId:
        return TableId(self.schema, self.name)

    @property
    def schemas(self) -> Schemas:
        return schemas_of(self.schema)

    @property
    def every(self) -> str:
        """The SQL name of its view of every dump, with the column `month`."""
        return f'{self.schemas.every}."{self.name}"'

    @property
    def versions(self) -> str:
        """The SQL name of the table of its row versions."""
        return f'{self.schemas.history}."{self.name}"'

    @property
    def monthly(self) -> str:
        """The SQL name of the table of its rows that belong to one dump."""
        return f'{self.schemas.monthly}."{self.name}"'

    @property
    def newest(self) -> str:
        """The SQL name of its view of the newest dump."""
        return f'{self.schemas.newest}."{self.name}"'

    @property
    def names(self) -> str:
        """The names of the columns as SQL lists them."""
        return ", ".join(f'"{column.name}"' for column in self.columns)

    @property
    def never_null(self) -> tuple[str, ...]:
        return tuple(name for name in self.key if name not in self.null_in_key)

    @property
    def owner(self) -> str:
        """The column that says which record a row belongs to."""
        return self.key[0]

    @property
    def is_of_records(self) -> bool:
        """Whether each record of a dump has one row: such a table does not shrink."""
        return any(not rows.path for rows in self.rows)

    def column(self, name: str) -> Column:
        """Return the column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    def column_at(self, path: str) -> Column:
        """Return the column whose value stands at that path; KeyError when there is none."""
        for column in self.columns:
            if column.path == path:
                return column
        raise KeyError(f"table {self.name} has no column at {path}")

    @property
    def arrow_schema(self) -> pa.Schema:
        return pa.schema([pa.field(c.name, c.type.arrow) for c in self.columns])

    @property
    def polars_schema(self) -> dict[str, pl.DataType]:
        return {c.name: c.type.polars for c in self.columns}

    @property
    def duckdb_columns(self) -> dict[str, str]:
        return {c.name: c.type.duckdb for c in self.columns}

    @property
    def select_nothing(self) -> str:
        """The SQL query of the table without rows."""
        nulls = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in self.duckdb_columns.items())
        return f"SELECT {nulls} WHERE false"

    def empty(self) -> pa.Table:
        """Return the table without rows."""
        return self.arrow_schema.empty_table()

    def from_rows(self, rows: list[dict[str, Any]]) -> pa.Table:
        """Return rows as an Arrow table; a missing value is NULL."""
        return pa.Table.from_pylist(rows, schema=self.arrow_schema)
