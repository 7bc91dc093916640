-- Releases that share something that is not too common.
SELECT DISTINCT n, discogs_id
FROM temp.discogs_key
JOIN (
    SELECT n, hash
    FROM temp.musicbrainz_key JOIN temp.key_count USING (hash)
    WHERE found <= $most
) USING (hash)
