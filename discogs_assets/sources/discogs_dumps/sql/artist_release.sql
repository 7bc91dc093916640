-- Not DISTINCT: DuckDB would then read every row where a join, not a constant, names the artist.
SELECT artist_id, release_id, part, track_sequence, role, title, released_year
FROM (
    SELECT
        artist_id,
        release_id,
        if(is_extra, 'credit', 'main') AS part,
        NULL::INTEGER AS track_sequence,
        role
    FROM release_artist
    WHERE artist_id IS NOT NULL
    UNION ALL
    SELECT artist_id, release_id, if(is_extra, 'credit', 'track'), track_sequence, role
    FROM release_track_artist
    WHERE artist_id IS NOT NULL
)
LEFT JOIN (SELECT id AS release_id, title, released_year FROM release) USING (release_id)
