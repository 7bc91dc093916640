"""Nested Arrow data to flat tables: each list of a record is a level, whose elements are rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from discogs_assets.sources.musicbrainz_dumps.json.paths import (
    FIRST,
    NUMBER,
    OWN,
    absolute,
    parse,
    plain,
)
from discogs_assets.tables.table import Column, Rows, Table

Indices = npt.NDArray[np.int64]


def pick(values: pa.Array, path: str) -> pa.Array:
    """Return what stands at a path below structs; NULL below NULL."""
    keys = plain(path)
    if keys and values.null_count:
        return pc.struct_field(values, keys)
    # Without a NULL the child is as it is: a call less for each of a thousand columns and levels.
    return pick(values.field(keys[0]), "/".join(keys[1:])) if keys else values


def numbers_in(lengths: Indices) -> Indices:
    """Return the numbers from 1 of the elements of lists that have some lengths."""
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.arange(1, len(starts) + 1, dtype=np.int64) - starts


@dataclass
class Level:
    """The elements of a list of all rows of the level above: `parents` are their rows there."""

    values: pa.Array
    above: "Level | None" = None
    parents: Indices | None = None
    numbers: Indices | None = None
    paths: "dict[int, tuple[Level, pa.Array | None]]" = field(default_factory=dict)

    @cached_property
    def counted(self) -> pa.Array:
        """The numbers of the elements."""
        return pa.array(self.numbers, pa.int32())

    def up(self, steps: int) -> "tuple[Level, pa.Array | None]":
        """Return a level above, and which of its rows each element is in."""
        if steps not in self.paths:
            level, index = self, None
            for _ in range(steps):
                assert level.parents is not None
                assert level.above is not None
                index = level.parents if index is None else level.parents[index]
                level = level.above
            self.paths[steps] = (level, None if index is None else pa.array(index))
        return self.paths[steps]

    def below(self, path: str) -> "Level":
        """Return the level of the list at a path."""
        lists = pick(self.values, path)
        lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy().astype(np.int64)
        parents = np.repeat(np.arange(len(lists), dtype=np.int64), lengths)
        return Level(lists.flatten(), self, parents, numbers_in(lengths))

    def where(self, path: str, value: str, *, is_wanted: bool) -> "Level":
        """Return the elements that have a text at a path, or have not, numbered anew."""
        found = pc.fill_null(pc.equal(pick(self.values, path), value), False)
        return self.only(found if is_wanted else pc.invert(found))

    def only(self, wanted: pa.Array) -> "Level":
        mask = wanted.to_numpy(zero_copy_only=False)
        assert self.above is not None
        assert self.parents is not None
        parents = self.parents[mask]
        lengths = np.bincount(parents, minlength=len(self.above.values)).astype(np.int64)
        return Level(self.values.filter(wanted), self.above, parents, numbers_in(lengths))


class Levels:
    """The levels of the records of a block, each made once."""

    def __init__(self, records: pa.StructArray) -> None:
        self.made: dict[tuple[str, ...], Level] = {(): Level(records)}

    def at(self, lists: tuple[str, ...]) -> Level:
        """Return the level of some lists, each in the elements of the one before."""
        if lists not in self.made:
            self.made[lists] = self.at(lists[:-1]).below(lists[-1])
        return self.made[lists]

    def rows(self, rows: Rows) -> "RowLevel":
        place = parse(rows.path)
        level = self.at(place.lists)
        where: Mapping[str, tuple[str, bool]] = getattr(rows, "where", {})
        for path, (value, is_wanted) in where.items():
            level = level.where(path, value, is_wanted=is_wanted)
        return RowLevel(level, place.lists, place.path, rows)


@dataclass
class RowLevel:
    """The rows of a table: those of a level, or of the object at a path below each."""

    level: Level
    lists: tuple[str, ...]
    path: str
    rows: Rows

    def table(self, table: Table, computed: Mapping[str, pa.Array]) -> pa.Table:
        """Return the rows as a table; `computed` are columns that the records do not have."""
        if not len(self.level.values):
            return table.empty()
        arrays = [
            computed[column.name] if column.path is None else self.column(column)
            for column in table.columns
        ]
        made = pa.Table.from_arrays(arrays, schema=table.arrow_schema)
        return made.filter(self.has_value(table, made)) if self.path else made

    def has_value(self, table: Table, made: pa.Table) -> pa.Array:
        """Return which rows have a value of their own: an object that is not there has none."""
        own = [
            pc.is_valid(made.column(column.name))
            for column in table.columns
            if column.path is not None and not column.path.startswith("/")
        ]
        found = own[0]
        for one in own[1:]:
            found = pc.or_(found, one)
        return found

    def column(self, column: Column) -> pa.Array:
        """Return the values of a column."""
        assert column.path is not None
        found = [self.value(path) for path in column.path.split("|")]
        values = found[0] if len(found) == 1 else pc.coalesce(*found)
        if column.zero_is_null:
            values = pc.if_else(pc.equal(values, 0), pa.scalar(None, values.type), values)
        return values

    def value(self, path: str) -> pa.Array:
        if path == NUMBER:
            return self.level.counted
        if not path.startswith("/"):
            below = "" if path == OWN else path
            return first_of(pick(self.level.values, f"{self.path}/{below}"), path)
        place = parse(absolute(self.rows, path))
        return self.above(len(place.lists), place.path)

    def above(self, depth: int, path: str) -> pa.Array:
        """Return what the element has that a row is in, so many lists deep; or its number."""
        level, index = self.level.up(len(self.lists) - depth)
        values = level.counted if path == NUMBER else pick(level.values, path)
        return values if index is None else values.take(index)


def first_of(values: pa.Array, path: str) -> pa.Array:
    """Return the first text of each list, where a path asks for that."""
    if not path.endswith(FIRST):
        return values
    return pc.list_element(pc.if_else(pc.equal(pc.list_value_length(values), 0), None, values), 0)
