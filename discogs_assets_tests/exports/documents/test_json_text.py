"""Arrow as JSON: whatever it says, JSON's own parser reads the same."""

import json
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from discogs_assets.exports.documents.build import python_values
from discogs_assets.exports.documents.json_text import json_text

TEXT = st.one_of(
    st.text(st.characters(codec="utf-8")),
    st.text('"\\/{}[]:,\n\r\t\x00\x1f\x7fé😀nul', max_size=6),
)
TYPE = pa.struct(
    {
        "a": pa.string(),
        "number": pa.int32(),
        "flag": pa.bool_(),
        "texts": pa.list_(pa.string()),
        "objects": pa.list_(pa.struct({"b": pa.string(), "c": pa.list_(pa.int64())})),
    }
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


INNER = st.fixed_dictionaries(
    {}, optional={"b": TEXT, "c": st.lists(st.integers(0, 9), min_size=1)}
)
VALUES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "a": TEXT,
            "number": st.integers(-(2**31), 2**31 - 1),
            "flag": st.booleans(),
            "texts": st.lists(maybe(TEXT), min_size=1, max_size=3),
            "objects": st.lists(INNER, min_size=1, max_size=3),
        },
    ),
    max_size=5,
)


@given(VALUES, st.integers(0, 3))
def test_json_is_read_as_it_was_meant(values: list[dict[str, Any]], skipped: int) -> None:
    array = pa.array(values, TYPE).slice(skipped)
    assert [json.loads(text) for text in json_text(array).to_pylist()] == values[skipped:]
    assert python_values(array) == values[skipped:]


def test_json_is_compact_and_leaves_out_what_is_null() -> None:
    array = pa.array([{"a": 'é"\\\n\x01'}, {}, {"number": 1, "flag": True, "texts": [None]}], TYPE)
    assert json_text(array).to_pylist() == [
        '{"a":"é\\"\\\\\\n\\u0001"}',
        "{}",
        '{"number":1,"flag":true,"texts":[null]}',
    ]
