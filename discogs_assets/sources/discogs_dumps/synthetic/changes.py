"""Which slots have a record in a month, and how often each was changed."""

from collections.abc import Iterator

from discogs_assets.sources.discogs_dumps.synthetic.draw import Draw

HUNDRED = 100


def month_ends(count: int, month: int) -> list[int]:
    """Return how many slots were given away by the end of each month, from month 0."""
    ends, alive = [count], count
    for _ in range(month):
        added = -(-alive // 50)
        ends.append(ends[-1] + added)
        alive += added - alive // 100
    return ends


def iter_slots(key: str, count: int, month: int) -> Iterator[tuple[int, int]]:
    """Yield the slots that have a record in a month, each with its version: how often changed."""
    ends = month_ends(count, month)
    for first in range(0, ends[-1], HUNDRED):
        versions = dict.fromkeys(range(first, min(first + HUNDRED, ends[-1])), 0)
        for later in range(1, month + 1):
            apply_changes(
                versions, range(first, first + HUNDRED), ends[later - 1], f"{key} {later}"
            )
        yield from versions.items()


def apply_changes(versions: dict[int, int], slots: range, end: int, key: str) -> None:
    """Remove one of a hundred slots and change three, those from `end` on excepted."""
    removed, *changed = Draw(f"{key} {slots.start}").sample(slots, 4)
    if removed < end:
        versions.pop(removed, None)
    for slot in changed:
        if slot < end and slot in versions:
            versions[slot] += 1
