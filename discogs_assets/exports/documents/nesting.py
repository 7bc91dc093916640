"""Rows of some records made into nested Arrow arrays: grouped by offsets, without any join."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from discogs_assets.errors import LakeError
from discogs_assets.exports.documents.document import SEQUENCE, Document, Listed, Tables
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.differing import HASH

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Nesting:
    """The rows of some records by table, on their way to become documents.

    `rows` are all rows of these records, in any order. Raises LakeError where rows do not fit
    into their place: they would not come back from the document as they were.
    """

    def __init__(self, document: Document, tables: Tables, rows: Mapping[str, pa.Table]) -> None:
        self.document = document
        self.tables = tables
        self.rows = {name: in_order(tables[name], rows[name]) for name in document.iter_tables()}
        records = self.rows[document.table]
        self.ids: Ints = numbers(tables[document.table], records, tables[document.table].owner)
        if (self.ids[1:] == self.ids[:-1]).any():
            raise misplaced(tables[document.table], "expected one row of each record, found two")
        self.hashes: pa.Array = records[HASH].combine_chunks()

    def documents(self) -> pa.StructArray:
        """Return the documents, in the order of `ids`; what is NULL or empty is null."""
        records = self.rows[self.document.table]
        columns = self.document.columns(self.tables[self.document.table])
        fields = {one.name: records[one.name].combine_chunks() for one in columns}
        starts = np.arange(len(self.ids) + 1)
        for listed in self.document.lists:
            fields[listed.name] = self.list_of(listed, starts)
        return objects(fields)

    def list_of(self, listed: Listed, starts: Ints) -> pa.ListArray:
        """Return a list for each object; `starts` are the objects that each record begins at."""
        table, count = self.tables[listed.table], int(starts[-1])
        rows = self.rows[listed.table]
        for name, value in listed.only.items():
            flags: Bools = rows[name].to_numpy()
            rows = rows.filter(pa.array(flags == value))
        record = self.records_of(table, rows)
        above = self.objects_of(listed, rows, record, starts) if listed.place else record
        sizes = np.bincount(above, minlength=count)
        first = np.cumsum(sizes) - sizes
        if (numbers(table, rows, SEQUENCE) != np.arange(len(above)) - first[above] + 1).any():
            raise misplaced(table, "expected rows counted from 1 in each list, found gaps")
        members = self.members(listed, rows, record)
        if listed.parts:
            return self.with_parts(listed, rows, above, members, count)
        return grouped(members, above, count)

    def members(self, listed: Listed, rows: pa.Table, record: Ints) -> pa.Array:
        """Return what the rows of a list become, one by one."""
        table = self.tables[listed.table]
        fields = {one.name: rows[one.name].combine_chunks() for one in listed.columns(table)}
        if listed.is_plain(table):
            return next(iter(fields.values()))
        starts = np.searchsorted(record, np.arange(len(self.ids) + 1))
        for one in listed.lists:
            fields[one.name] = self.list_of(one, starts)
        return objects(fields)

    def with_parts(
        self, listed: Listed, rows: pa.Table, above: Ints, members: pa.StructArray, count: int
    ) -> pa.ListArray:
        """Return a list for each object, with rows that are part of another one within that."""
        table = self.tables[listed.table]
        part_of = rows[listed.part_of].combine_chunks()
        is_part: Bools = part_of.is_valid().to_numpy(zero_copy_only=False)
        whole = np.flatnonzero(~is_part)
        own = np.cumsum(~is_part)[is_part] - 1  # The last whole row before each part.
        expected = "expected parts right behind what they are part of"
        if (own < 0).any() or (above[whole[own]] != above[is_part]).any():
            raise misplaced(table, expected)
        if (numbers(table, rows, SEQUENCE)[whole[own]] != part_of.drop_null().to_numpy()).any():
            raise misplaced(table, expected)
        values = members.filter(pa.array(~is_part)).flatten()
        fields = dict(zip(members.type.names, values, strict=True))
        fields[listed.parts] = grouped(members.filter(pa.array(is_part)), own, len(whole))
        return grouped(objects(fields), above[whole], count)

    def records_of(self, table: Table, rows: pa.Table) -> Ints:
        """Return the place of the record that each row belongs to."""
        owners = numbers(table, rows, table.owner)
        above = np.searchsorted(self.ids, owners)
        strangers = owners[np.append(self.ids, -1)[above] != owners]
        if len(strangers):
            raise misplaced(table, f"expected rows of records, found some of {strangers[0]}")
        return above

    def objects_of(self, listed: Listed, rows: pa.Table, record: Ints, starts: Ints) -> Ints:
        """Return the place of the object that each row belongs to."""
        table = self.tables[listed.table]
        above = starts[record] + numbers(table, rows, listed.place) - 1
        if ((above < starts[record]) | (above >= starts[record + 1])).any():
            raise misplaced(table, f"expected a row of the sequence in {listed.place}, found none")
        return above


def in_order(table: Table, rows: pa.Table) -> pa.Table:
    """Return rows in the order of their key."""
    keys = [numbers(table, rows, name) for name in table.key]
    is_after = np.ones(max(rows.num_rows - 1, 0), np.bool_)
    for key in reversed(keys):
        is_after = (key[1:] > key[:-1]) | ((key[1:] == key[:-1]) & is_after)
    if is_after.all():
        return rows
    return rows.take(pa.array(np.lexsort(keys[::-1])))


def numbers(table: Table, rows: pa.Table, column: str) -> Ints:
    """Return a column of numbers or flags as numbers; LakeError when one is NULL."""
    values = rows[column]
    if values.null_count:
        raise misplaced(table, f"expected a value of {column} in each row, found NULL")
    found: Ints = values.to_numpy().astype(np.int64)
    return found


def objects(fields: dict[str, pa.Array]) -> pa.StructArray:
    return pa.StructArray.from_arrays([*fields.values()], [*fields])


def grouped(members: pa.Array, above: Ints, count: int) -> pa.ListArray:
    """Return one list for each of `count` objects, null when it has no members."""
    sizes = np.bincount(above, minlength=count)
    offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), members, mask=pa.array(sizes == 0))


def misplaced(table: Table, what: str) -> LakeError:
    return LakeError(f"{table.name}: {what}; import the month again with --force")
