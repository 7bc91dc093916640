"""The videos of masters as JSON: a list a master, each address once."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Places = np.ndarray[tuple[int], np.dtype[np.int64]]

MIXER = np.uint64(0x9E3779B97F4A7C15)
"""Makes numbers that are close to each other differ in all bits."""

JSON = """concat(
    '{"uri":', to_json(uri), ',"title":', coalesce(to_json(title)::VARCHAR, 'null'),
    ',"youtube_id":', coalesce(to_json(youtube_id)::VARCHAR, 'null'),
    ',"duration_s":', coalesce(duration_s::VARCHAR, 'null'), '}'
)"""
"""A video as JSON; many times quicker than an object that DuckDB makes JSON of, or an ordered list.
"""

VIDEO_ROWS = f"SELECT master_id, release_id, sequence, hash(uri) AS address, {JSON} AS json FROM"


def video_lists(rows: pa.Table) -> pa.Table:
    """Return `id` and `videos`, a row a master, of rows as `VIDEO_ROWS` gives them.

    A master's own come first, then those of its releases.
    """
    rows = rows.combine_chunks()
    order = pa.array(in_order(rows))
    masters = rows["master_id"].take(order).to_numpy()
    starts = np.flatnonzero(np.diff(masters, prepend=-1))
    edges = pa.array(np.append(starts, len(masters)).astype(np.int32))
    texts = pa.chunked_array(rows["json"].take(order)).combine_chunks()
    lists = pa.ListArray.from_arrays(edges, texts)
    inner = pc.binary_join(lists, ",")
    videos = pc.binary_join_element_wise("[", inner, "]", "")
    return pa.table({"id": pa.array(masters[starts], pa.int32()), "videos": videos})


def in_order(rows: pa.Table) -> Places:
    """Return the places of the rows in their order, the first of each address of a master."""
    masters = rows["master_id"].to_numpy()
    release = pc.fill_null(rows["release_id"], -1).to_numpy().astype(np.int64)
    order = np.lexsort(((release << 32) | rows["sequence"].to_numpy(), masters))
    masters = masters[order]
    address = rows["address"].to_numpy()[order] ^ (masters.astype(np.uint64) * MIXER)
    alike = np.argsort(address, kind="stable")
    again = (np.diff(address[alike]) == 0) & (np.diff(masters[alike]) == 0)
    is_first = np.ones(len(order), bool)
    is_first[alike[1:][again]] = False
    found: Places = order[is_first]
    return found
