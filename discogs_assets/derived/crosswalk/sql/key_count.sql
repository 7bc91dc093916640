-- How many releases of Discogs have each thing that those of this part have.
SELECT hash, count(*)::INTEGER AS found
FROM temp.discogs_key
WHERE hash IN (SELECT hash FROM temp.musicbrainz_key)
GROUP BY hash
