"""Months: a few records change, go and come; the ids of all are in the order of real dumps."""

import re

import pytest

from discogs_assets_tests.sources.discogs_dumps.synthetic.made import COUNTS, TYPES, ids_of


@pytest.mark.parametrize("month", [1, 3])
@pytest.mark.parametrize("dump_type", TYPES)
def test_a_month_changes_removes_and_adds_a_few_records(dump_type: str, month: int) -> None:
    before, after = ids_of(dump_type, month - 1), ids_of(dump_type, month)
    kept = before.keys() & after.keys()
    changed = [id_ for id_ in kept if before[id_] != after[id_]]
    assert len(changed) / len(before) == pytest.approx(0.03, abs=0.004)
    assert len(before.keys() - after.keys()) / len(before) == pytest.approx(0.01, abs=0.003)
    assert len(after.keys() - before.keys()) / len(before) == pytest.approx(0.02, abs=0.002)


@pytest.mark.parametrize("dump_type", ["artists", "labels", "releases"])
def test_ids_ascend(dump_type: str) -> None:
    ids = list(ids_of(dump_type, month=3))
    assert ids == sorted(ids)


def test_master_ids_do_not_always_ascend() -> None:
    ids = list(ids_of("masters"))
    assert len(ids) == COUNTS["masters"]
    assert ids != sorted(ids)


@pytest.mark.parametrize(
    ("dump_type", "grows"),
    [
        ("artists", b"<namevariations>"),
        ("labels", b"<urls>"),
        ("masters", b"<videos>"),
        ("releases", b"<identifiers>"),
    ],
)
def test_a_change_adds_to_a_list_and_leaves_the_rest(dump_type: str, grows: bytes) -> None:
    before, after = ids_of(dump_type), ids_of(dump_type, 1)
    changed = [id_ for id_ in before.keys() & after.keys() if before[id_] != after[id_]]
    assert changed
    for id_ in changed:
        assert grows in after[id_]
        assert lasting(before[id_]) == lasting(after[id_])


def lasting(record: bytes) -> bytes:
    """Return a record without the elements that a change may alter."""
    altered = rb"(data_quality|notes|identifiers|videos|namevariations|urls)"
    return re.sub(rb"<%s>.*?</\1>|<urls/>" % altered, b"", record, flags=re.DOTALL)
