-- The first two tracks of releases of Discogs that have as many.
SELECT discogs_id, [short_hash(one), short_hash(two)] AS titles
FROM (
    SELECT discogs_id, track_letters(titles[1]) AS one, track_letters(titles[2]) AS two
    FROM (
        SELECT release_id AS discogs_id, arg_min(title, sequence, 2) AS titles
        FROM discogs.release_track
        WHERE month = $discogs AND release_id BETWEEN $first AND $last
            AND sequence <= 5 AND position IS NOT NULL AND title IS NOT NULL
        GROUP BY release_id
    )
    WHERE len(titles) = 2
)
