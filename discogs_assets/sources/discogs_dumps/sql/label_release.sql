SELECT
    label_id,
    label_name,
    catno,
    catno_sort(catno) AS catno_sort,
    release_id,
    (
        SELECT artist_line(artist_name, anv, join_string, sequence)
        FROM release_artist AS artist
        WHERE artist.release_id = on_label.release_id AND NOT is_extra
    ) AS artists,
    title,
    country,
    released_year
FROM release_label AS on_label
LEFT JOIN (
    SELECT id AS release_id, title, country, released_year
    FROM release
) USING (release_id)
