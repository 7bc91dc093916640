SELECT
    release_id,
    NULL::INTEGER AS track_sequence,
    NULL::VARCHAR AS position,
    NULL::VARCHAR AS track_title,
    sequence,
    artist_id,
    printed_name(artist_name, anv) AS artist,
    role,
    roles(role) AS roles,
    tracks
FROM release_artist
WHERE is_extra
UNION ALL
SELECT
    release_id,
    track_sequence,
    position,
    track_title,
    sequence,
    artist_id,
    printed_name(artist_name, anv),
    role,
    roles(role),
    tracks
FROM release_track_artist
LEFT JOIN (
    SELECT release_id, sequence AS track_sequence, position, title AS track_title
    FROM release_track
) USING (release_id, track_sequence)
WHERE is_extra
