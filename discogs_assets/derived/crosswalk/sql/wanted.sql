-- The releases of MusicBrainz that candidates are looked for, numbered from 0.
SELECT mbid, (row_number() OVER () - 1)::INTEGER AS n
FROM ($releases)
