-- The tracklists of a part of those releases, in order.
SELECT
    n,
    list_transform(tracks, lambda x: x.title) AS titles,
    list_transform(tracks, lambda x: x.seconds) AS durations
FROM (
    SELECT
        n,
        list_sort(list({medium: medium, place: sequence, title: title, seconds: seconds}))
            AS tracks
    FROM temp.musicbrainz_tracks
    WHERE part = $part
    GROUP BY n
)
