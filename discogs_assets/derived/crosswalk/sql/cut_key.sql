-- What too many releases of Discogs have.
SELECT kind, key, count(DISTINCT n)::INTEGER AS musicbrainz, max(found)::INTEGER AS discogs
FROM temp.musicbrainz_key
JOIN temp.key_count USING (hash)
WHERE found > $most
GROUP BY kind, key
