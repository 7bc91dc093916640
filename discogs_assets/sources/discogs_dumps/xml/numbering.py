"""Number the rows of a block: which record and parent each belongs to, and its `sequence`."""

from functools import cached_property

import numpy as np
import pyarrow as pa

from discogs_assets.sources.discogs_dumps.xml.columns import (
    Bools,
    Int32s,
    Ints,
    RefusedError,
    Values,
    ids_of,
    integers,
)

LEVEL_BITS = 21
"""Room for an index in a key of three: a block has fewer rows of one path than 2 million."""


class XmlRows:
    """The rows that one XML path gives in a block.

    `levels` are the 0-based indices of the elements a row stands in, its record's first and its
    own last.
    """

    def __init__(self, table: str, path: str, levels: list[Ints], columns: dict[str, Values]):
        self.table = table
        self.path = path
        self.levels = levels
        self.columns = columns
        self.parent: XmlRows | None = None
        self.parent_row = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self.levels[0])

    @property
    def record(self) -> Ints:
        """The 0-based record of each row."""
        return self.levels[0]

    @property
    def is_empty(self) -> Bools:
        """Which rows have no value at all."""
        is_there = np.zeros(len(self), np.bool_)
        for values in self.columns.values():
            is_there |= values.is_there
            if is_there.all():  # Mostly one of the first columns is never empty.
                break
        return ~is_there

    @cached_property
    def numbers(self) -> Int32s:
        """The 1-based place of each row in its list; a sub-track counts on from its parent's."""
        if self.is_list_split:
            counts = running_sum(np.ones(len(self), np.int32), self.lists)
        else:
            counts = (self.levels[-1] + 1).astype(np.int32)
        if self.parent is not None and self.parent.table == self.table:
            return self.parent.numbers[self.parent_row] + counts
        return counts

    @cached_property
    def lists(self) -> Ints:
        """A number for each row that is the same in rows of the same list."""
        return group_keys(self.levels[:-1])

    @cached_property
    def is_list_split(self) -> bool:
        """Whether a list stands twice in the same place: its rows' own index starts anew."""
        count = 1 + np.count_nonzero(self.lists[1:] != self.lists[:-1]) if len(self) else 0
        return bool(np.count_nonzero(self.levels[-1] == 0) != count)

    @property
    def parent_sequence(self) -> pa.Array:
        """The `sequence` of the row above each; NULL below a record."""
        if self.parent is None:
            return pa.nulls(len(self), pa.int32())
        return pa.array(self.parent.numbers[self.parent_row])

    def make_room_for(self, children: "XmlRows") -> None:
        """Number these rows so that the rows of the same table below each follow it."""
        below = np.bincount(children.parent_row, minlength=len(self)).astype(np.int32)
        self.numbers = self.numbers + running_sum(below, self.lists) - below

    def rows_of(self, levels: list[Ints]) -> Ints:
        """Return the row of these that each row with such levels stands below."""
        if self.is_list_split:
            raise RefusedError(f"{self.path}: its list stands twice in a record")
        depth = len(self.levels)
        if depth == 2 and len(self):
            # Of lists that stand in the records themselves the first row is quickly found.
            sizes = np.bincount(self.record, minlength=levels[0].max(initial=0) + 1)
            return (np.cumsum(sizes) - sizes)[levels[0]] + levels[1]
        return np.searchsorted(self.lists, group_keys(levels[: depth - 1])) + levels[depth - 1]


def group_keys(levels: list[Ints]) -> Ints:
    """Return one number for each row that is the same in rows of the same list."""
    key = levels[0]
    for level in levels[1:]:
        key = (key << LEVEL_BITS) | level
    return key


def running_sum(values: Int32s, group: Ints) -> Int32s:
    """Return the sum of values up to and with each row, starting anew in each group."""
    if not len(values):
        return values
    total = np.cumsum(values, dtype=np.int32)
    is_first = np.concatenate(([True], group[1:] != group[:-1]))
    first = np.maximum.accumulate(np.where(is_first, np.arange(len(values)), 0))
    return total - (total - values)[first]


def link_to_records(parts: dict[str, XmlRows], record: str) -> None:
    """Give each part the part it stands below; `record` is the path of the records."""
    for path, part in parts.items():
        above = [other for other in parts if path.startswith(f"{other}/") and other != record]
        if above:
            part.parent = parts[max(above, key=len)]
            part.parent_row = part.parent.rows_of(part.levels)
    for part in parts.values():
        if part.parent is not None and part.parent.table == part.table and len(part):
            part.parent.make_room_for(part)


def pair_ids_with_names(part: XmlRows, id_before: pa.Array, id_column: str) -> XmlRows:
    """Return one row a name, with the id of the `<id>` element that stands right before it.

    Both elements came as a row, as dumps of before 2021 list members. An id that no name follows
    stays as a row without a name. RefusedError when a row is empty: it may be either.
    """
    ids, before = ids_of(part.columns[id_column].array).copy(), ids_of(id_before)
    is_id = before != 0
    if (part.is_empty & ~is_id).any():
        raise RefusedError(f"{part.path}: an empty element among ids and names")
    if not is_id.any():
        return part
    is_paired = np.zeros(len(part), np.bool_)
    is_next = part.levels[-1][1:] == part.levels[-1][:-1] + 1
    is_next &= part.record[1:] == part.record[:-1]
    is_paired[:-1] = is_id[:-1] & ~is_id[1:] & is_next
    ids[1:] = np.where(is_paired[:-1] & (ids[1:] == 0), before[:-1], ids[1:])
    ids[is_id] = before[is_id]
    stays: Bools = ~is_paired
    columns = {name: values.where(stays) for name, values in part.columns.items()}
    columns[id_column] = Values(integers(ids[stays]), ids[stays] != 0)
    record = part.record[stays]
    place = running_sum(np.ones(len(record), np.int32), record) - 1
    return XmlRows(part.table, part.path, [record, place.astype(np.int64)], columns)
