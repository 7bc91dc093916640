-- What releases are found by: a row for each thing that two releases may share.
WITH
    named AS (
        SELECT $id, title, date // 10000 AS year, unnest(artist_names) AS name
        FROM $profile
        WHERE title IS NOT NULL
    )
SELECT $id, 'barcode' AS kind, unnest(barcodes)::VARCHAR AS key FROM $profile
UNION ALL
SELECT $id, 'catno', unnest(catnos) FROM $profile
UNION ALL
SELECT $id, 'title', name || ' ' || title FROM named
UNION ALL
SELECT $id, 'title_year', name || ' ' || title || ' ' || year FROM named WHERE year IS NOT NULL
UNION ALL
SELECT $id, 'tracks', titles[1] || ' ' || titles[2]
FROM $first_tracks
WHERE titles[1] IS NOT NULL AND titles[2] IS NOT NULL
