SELECT
    added.release_id,
    (
        SELECT artist_line(artist_name, anv, join_string, sequence)
        FROM release_artist AS artist
        WHERE artist.release_id = added.release_id AND NOT is_extra
    ) AS artists,
    title,
    label_id,
    label_name,
    catno,
    country,
    released_year
FROM (SELECT id AS release_id FROM release_change WHERE kind = 'added') AS added
JOIN (
    SELECT id AS release_id, title, country, released_year
    FROM release
) USING (release_id)
LEFT JOIN release_label USING (release_id)
