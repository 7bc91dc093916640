SELECT
    release_id,
    sequence,
    parent_sequence,
    position,
    title,
    duration,
    duration_s(duration) AS duration_s
FROM release_track
