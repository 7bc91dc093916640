"""Columns as xml2arrow gives them, made into columns as the tables want them.

Absent and empty become NULL, and so does a 0 where it means unknown.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from discogs_assets.tables.table import Column, Type

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]


class RefusedError(Exception):
    """xml2arrow read a block, but not as the tables want it: lxml has to look at it."""


@dataclass(frozen=True)
class Values:
    """A column, and which of its values are there."""

    array: pa.Array
    is_there: Bools

    def where(self, stays: Bools) -> "Values":
        """Return the values of the rows that stay."""
        return Values(self.array.filter(pa.array(stays)), self.is_there[stays])


def values_of(array: pa.Array, column: Column) -> Values:
    """Return a column of xml2arrow's with NULL for what is empty or unknown."""
    if column.type is Type.TEXT:
        return text_values(array)
    if column.zero_is_null:
        return id_values(array)
    return Values(array, array.is_valid().to_numpy(zero_copy_only=False))


def text_values(array: pa.Array) -> Values:
    """Return texts, empty ones as NULL; RefusedError when one has a character XML forbids."""
    count = len(array)
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, np.int32, count + 1)
    is_there = ends[1:] != ends[:-1]
    if data is not None:
        refuse_control_characters(np.frombuffer(data, np.uint8, ends[-1]))
    nulls = count - np.count_nonzero(is_there)
    valid = bits(is_there) if nulls else None
    return Values(pa.StringArray.from_buffers(count, offsets, data, valid, nulls), is_there)


def refuse_control_characters(text: npt.NDArray[np.uint8]) -> None:
    """Raise RefusedError for characters below a blank other than tab and line ends."""
    if (
        np.minimum.reduce(text, initial=32) == 32
    ):  # So it is in most columns, and this is quick to see.
        return
    low = text[text < 32]
    if not ((low == 9) | (low == 10) | (low == 13)).all():
        raise RefusedError("a control character")


def refuse_other_encodings(document: bytes) -> None:
    """Raise RefusedError when a document is not UTF-8.

    xml2arrow 0.19 raises TypeError for such a value, and reads over it where no column is.
    """
    ends = pa.py_buffer(np.array([0, len(document)], np.int32))
    try:
        pa.StringArray.from_buffers(1, ends, pa.py_buffer(document)).validate(full=True)
    except pa.ArrowInvalid:
        raise RefusedError("a byte that is not UTF-8") from None


def id_values(array: pa.Array) -> Values:
    """Return ids, 0 as NULL."""
    ids = ids_of(array)
    return Values(integers(ids), ids != 0)


def ids_of(array: pa.Array) -> Int32s:
    """Return ids as numbers, 0 where there is none; RefusedError when one is negative."""
    filled = array.fill_null(0) if array.null_count else array
    ids: Int32s = filled.to_numpy()
    if (ids < 0).any():
        raise RefusedError("a negative id")
    return ids


def integers(numbers: Int32s) -> pa.Array:
    """Return numbers as an Arrow column, NULL where they are 0."""
    buffers = [bits(numbers != 0), pa.py_buffer(np.ascontiguousarray(numbers, np.int32))]
    return pa.Array.from_buffers(pa.int32(), len(numbers), buffers)


def bits(flags: Bools) -> pa.Buffer:
    """Return flags as Arrow keeps them, a bit each."""
    return pa.py_buffer(np.packbits(flags, bitorder="little"))


def lists(members: pa.Array, row: Ints, count: int) -> Values:
    """Return one list for each of `count` rows from members and the row of each; empty is NULL."""
    texts = text_values(members)
    sizes = np.bincount(row[texts.is_there], minlength=count)
    offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
    filled = texts.array if texts.is_there.all() else texts.array.drop_null()
    mask = pa.array(sizes == 0)
    return Values(pa.ListArray.from_arrays(pa.array(offsets), filled, mask=mask), sizes > 0)


def years(dates: pa.Array) -> pa.Array:
    """Return the year of each date that is, or starts with, four digits and a dash."""
    _, offsets, data = dates.buffers()
    ends = np.frombuffer(offsets, np.int32, len(dates) + 1)
    # Five bytes of each date, with a dash where it ends after four; others count as junk.
    text = np.frombuffer(data or b"", np.uint8, ends[-1])
    padded = np.concatenate((text, np.full(5, ord("-"), np.uint8)))
    size = ends[1:] - ends[:-1]
    first = padded[ends[:-1, None] + np.arange(5)]
    digits = first[:, :4].astype(np.int32) - ord("0")
    is_year = (size >= 4) & ((digits >= 0) & (digits <= 9)).all(axis=1)
    is_year &= (size == 4) | (first[:, 4] == ord("-"))
    thousands, hundreds, tens, ones = digits.T
    number = thousands * 1000 + hundreds * 100 + tens * 10 + ones
    return integers(np.where(is_year, number, 0))
