WITH
    -- An id has 11 characters; it stands in the query, or is the last part of the path.
    videos AS (
        SELECT master_id, NULL::INTEGER AS release_id, sequence, uri, title, duration_s
        FROM discogs.master_video
        WHERE month = $month AND master_id BETWEEN $first AND $last
        UNION ALL
        SELECT release.master_id, release_id, sequence, uri, release_video.title, duration_s
        FROM discogs.release_video
        JOIN discogs.release
            ON release.id = release_id AND release.month = $month
            AND release.id BETWEEN $first AND $last
        WHERE release_video.month = $month AND release_id BETWEEN $first AND $last
    )
SELECT
    master_id,
    release_id,
    sequence,
    CASE
        -- Nearly all are of this form, and need no search for the parts of an address.
        WHEN regexp_full_match(uri, 'https?://www\.youtube\.com/watch\?v=[A-Za-z0-9_-]{11}')
            THEN right(uri, 11)
        ELSE nullif(
                regexp_extract(
                    uri,
                    '^(?:https?:)?(?://)?(?:(?:www\.|m\.|music\.)?youtube(?:-nocookie)?\.com/(?:watch/?\?(?:[^#]*&)?v=|embed/|v/|shorts/|live/)|youtu\.be/)([A-Za-z0-9_-]{11})(?:[^A-Za-z0-9_-]|$)',
                    1,
                    'i'
                ),
                ''
            )
    END AS youtube_id,
    uri,
    title,
    duration_s
FROM videos
