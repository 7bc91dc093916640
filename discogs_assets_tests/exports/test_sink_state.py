"""The notes in databases: an earlier release has written some, and reads those of this one."""

from datetime import date

import pytest

from discogs_assets.exports.sink_state import SinkState, Status
from discogs_assets.warehouse.loaded import Import

WHAT = Import(date(2026, 1, 1), "20260102T030405-ab", True, "f00d")
NOTE = (
    '{"month": "2026-01-01", "source": "20260102T030405-ab", "is_full": true, "made_with": "f00d", '
    '"shape": "5h4pe", "state": "%s"}'
)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("done", Status.DONE),
        ("partly", Status.INCOMPLETE),
        ("mixed", Status.INCONSISTENT),
    ],
)
def test_a_note_is_what_0_1_0_writes(word: str, status: Status) -> None:
    state = SinkState(WHAT, "5h4pe", status)
    assert state.to_text() == NOTE % word
    assert SinkState.from_text(NOTE % word) == state


def test_a_note_names_kept_records_only_where_there_are_some() -> None:
    text = NOTE % "done"
    kept = f'{text[:-1]}, "kept": "c0ffee"}}'
    state = SinkState(WHAT, "5h4pe", kept="c0ffee")
    assert state.to_text() == kept
    assert SinkState.from_text(kept) == state != SinkState.from_text(text)


def test_a_note_without_the_code_that_made_it_is_alike_no_other() -> None:
    old = SinkState.from_text((NOTE % "done").replace('"made_with": "f00d", ', ""))
    assert old.what.made_with == ""
    assert not old.is_alike(old)
