"""The notes in databases: an earlier release has written some, and reads those of this one."""

from datetime import date

import pytest

from discogs_assets.exports.graph.model import graph_shapes
from discogs_assets.exports.registry import shapes_of_documents, shapes_of_rows
from discogs_assets.exports.sink_state import SinkState, Status
from discogs_assets.platform import DUMP_TABLES
from discogs_assets.warehouse.loaded import Provenance

WHAT = Provenance(date(2026, 1, 1), "20260102T030405-ab", True, "f00d")
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
    assert old.provenance.code_version == ""
    assert not old.is_alike(old)


def test_records_have_the_shape_of_0_1_0() -> None:
    """With another shape an upgrade writes every record of a sink anew: change these on purpose."""
    assert shapes_of_documents(DUMP_TABLES) == {
        "artists": "925b90313abf",
        "labels": "68ecdfa19a9e",
        "masters": "65a38666014d",
        "releases": "3fcfb2a4735c",
    }
    assert shapes_of_rows(DUMP_TABLES) == {
        "artists": "d77cdf223e5c",
        "labels": "e8f30d02f365",
        "masters": "fd768d7d2e1a",
        "releases": "9ef6fb3411b0",
    }
    assert graph_shapes() == {
        "artists": "cef6106d00e6",
        "labels": "915b1cea1299",
        "masters": "8a76c8087b6b",
        "releases": "062058971fad",
    }
