"""The videos of masters as JSON: a list a master, each address once."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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


def in_order(rows: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the places of the first of each address, in their order."""
    release = pc.fill_null(rows["release_id"], -1).to_numpy()
    place = rows["sequence"].to_numpy(), release
    masters, address = rows["master_id"].to_numpy(), rows["address"].to_numpy()
    alike = np.lexsort((*place, address, masters))
    is_first = np.ones(len(alike), bool)
    is_first[1:] = (np.diff(masters[alike]) != 0) | (address[alike][1:] != address[alike][:-1])
    first = alike[is_first]
    found: np.ndarray[tuple[int], np.dtype[np.int64]] = first[
        np.lexsort((*(one[first] for one in place), masters[first]))
    ]
    return found
