"""How many records there are, and the id of each.

A slot is a place in a dump type's list of records: one record has it for good.
"""

from dataclasses import dataclass
from typing import NamedTuple

SHARES = {"artists": 10_203, "labels": 2_415, "masters": 2_589, "releases": 19_417}
"""Thousands of records in September 2026."""

FAMILY = 16


@dataclass(frozen=True)
class Sizes:
    """How many records each dump file has before the first month's changes."""

    artists: int
    labels: int
    masters: int
    releases: int

    @classmethod
    def around(cls, dump_type: str, count: int) -> "Sizes":
        """Return the sizes of a dump with `count` of a type, in September 2026's proportions."""
        whole = SHARES[dump_type]
        return cls(**{name: -(-count * share // whole) for name, share in SHARES.items()})

    def of(self, dump_type: str) -> int:
        return int(getattr(self, dump_type))


class Record(NamedTuple):
    """What a record is made from: its slot, its id and how often it was changed."""

    slot: int
    id: int
    version: int


def id_of(dump_type: str, slot: int) -> int:
    """Return the id of the record in a slot; no record has an id that 5 divides."""
    if dump_type == "masters" and slot % 8 in (2, 3):
        slot ^= 1  # master ids do not always ascend
    if dump_type == "artists" and slot > 154:
        slot += 1  # 194, Various, is referred to but is in no dump
    return 1 + slot + slot // 4


def missing_id(slot: int) -> int:
    """Return an id near a slot's that no record has."""
    return 5 * slot + 5


def family(slot: int, first: int, count: int, size: int) -> list[int]:
    """Return `count` slots of the sixteen that a slot is one of, itself left out."""
    start = slot - slot % FAMILY + first
    return [other for other in range(start, min(start + count, size)) if other != slot]


def is_in_family(slot: int, percent: int) -> bool:
    """Return whether the sixteen that a slot is one of are among so many of a hundred."""
    return slot // FAMILY * 37 % 100 < percent
