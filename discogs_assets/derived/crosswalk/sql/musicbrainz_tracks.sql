-- The tracks of the releases that candidates are looked for, as they are compared. Discogs lists
-- no data tracks.
SELECT n, medium, sequence, short_hash(title) AS title, seconds, n // $rows AS part
FROM (
    SELECT
        n,
        medium,
        sequence,
        track_letters(title) AS title,
        round(length_ms / 1000)::INTEGER AS seconds
    FROM musicbrainz.track
    JOIN temp.wanted ON wanted.mbid = track.release_id
    WHERE month = $musicbrainz AND part IS DISTINCT FROM 'data'
)
