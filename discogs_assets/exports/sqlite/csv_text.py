"""Lists of texts as lines of CSV, a whole column at a time."""

import pyarrow as pa
import pyarrow.compute as pc

NEEDS_QUOTES = '[,"\r\n]'


def csv_text(lists: pa.ListArray) -> pa.Array:
    """Return each list as a line of CSV, without an end of line; null stays null.

    A text is in quotes where it has a comma, a quote or an end of line in it (RFC 4180). A member
    that is null is empty, so that columns of lists that belong together stay in step.
    """
    values = lists.values.fill_null("")
    special = pc.match_substring_regex(values, NEEDS_QUOTES)
    if pc.any(special).as_py():
        doubled = pc.replace_substring(values, '"', '""')
        values = pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), values)
    mask = lists.is_null() if lists.null_count else None
    offsets = pa.array(lists.offsets.to_numpy())  # A copy: with a mask they may be no slice.
    return pc.binary_join(pa.ListArray.from_arrays(offsets, values, mask=mask), ",")
