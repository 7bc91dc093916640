"""Arrow values as JSON, a whole column at a time; what is null is left out of objects."""

from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
"""Characters that JSON has a short escape for; those below a blank need one."""


def json_text(values: pa.Array) -> pa.Array:
    """Return each value as compact JSON; null stays null.

    Knows objects, lists, texts, integers and booleans: what the tables have.
    """
    if pa.types.is_struct(values.type):
        return json_objects(values)
    if pa.types.is_list(values.type):
        return json_lists(values)
    if pa.types.is_string(values.type):
        return pc.binary_join_element_wise("", escaped(values), "", '"')
    assert pa.types.is_integer(values.type) or pa.types.is_boolean(values.type), values.type
    return pc.cast(values, pa.string())


def json_objects(values: pa.StructArray) -> pa.Array:
    """Return objects; those that are null are not looked for: no list has them."""
    fields = [
        named(name, field)
        for name, field in zip(values.type.names, values.flatten(), strict=True)
        if field.null_count < len(field)
    ]
    if not fields:
        return pa.array(["{}"]).take(pa.array(np.zeros(len(values), np.int32)))
    # Of a row whose values are all null, pyarrow 26 would make no row at all.
    is_empty = reduce(pc.and_, (field.is_null() for field in fields))
    if pc.any(is_empty).as_py():
        fields[0] = pc.if_else(is_empty, "", fields[0])
    inner = pc.binary_join_element_wise(*fields, ",", null_handling="skip")
    return pc.binary_join_element_wise("{", inner, "}", "")


def named(name: str, values: pa.Array) -> pa.Array:
    """Return the name and value of a field; null where the value is."""
    if pa.types.is_string(values.type):
        return pc.binary_join_element_wise(f'"{name}":', escaped(values), "", '"')
    return pc.binary_join_element_wise(f'"{name}":', json_text(values), "")


def json_lists(values: pa.ListArray) -> pa.Array:
    """Return lists; a member that is null is written as such, to keep its place."""
    members = json_text(values.values)
    if members.null_count:
        members = members.fill_null("null")
    mask = values.is_null() if values.null_count else None
    offsets = pa.array(values.offsets.to_numpy())  # A copy: with a mask they may be no slice.
    inner = pc.binary_join(pa.ListArray.from_arrays(offsets, members, mask=mask), ",")
    return pc.binary_join_element_wise("[", inner, "]", "")


def escaped(texts: pa.Array) -> pa.Array:
    """Return texts as they stand between the quotation marks of JSON."""
    for code in codes_to_escape(texts):
        character = bytes([code]).decode()
        escape = SHORT.get(code, f"\\u{code:04x}")
        texts = pc.replace_substring(texts, character, escape)
    return texts


def codes_to_escape(texts: pa.Array) -> list[int]:
    """Return which characters of some texts JSON escapes, the backslash first."""
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return []
    ends = np.frombuffer(offsets, np.int32, len(texts) + 1 + texts.offset)
    text = np.frombuffer(data, np.uint8, ends[-1])[ends[texts.offset] :]
    codes = [code for code in (92, 34) if (text == code).any()]
    return [*codes, *np.unique(text[text < 32]).tolist()]
