-- The artists of MusicBrainz with their ids and names at Discogs.
SELECT mbid, discogs_id, artist.name
FROM temp.link
JOIN discogs.artist ON artist.id = discogs_id AND artist.month = $discogs
WHERE kind = 'artist' AND NOT is_ended
