-- The tracklists of the releases of Discogs in a range that were chosen, in order.
SELECT
    discogs_id,
    -- To sort a list of structures is several times as quick as list(… ORDER BY …).
    list_transform(tracks, lambda x: x.title) AS titles,
    list_transform(tracks, lambda x: x.seconds) AS durations
FROM (
    SELECT
        discogs_id,
        list_sort(list({place: sequence, title: short_hash(title), seconds: seconds(duration)}))
            AS tracks
    FROM (
        SELECT release_id AS discogs_id, sequence, track_letters(title) AS title, duration
        FROM discogs.release_track
        WHERE month = $discogs AND release_id BETWEEN $first AND $last AND position IS NOT NULL
            AND release_id IN (
                SELECT discogs_id FROM temp.chosen WHERE discogs_id BETWEEN $first AND $last
            )
    )
    GROUP BY discogs_id
)
