-- A subquery a list: what is asked of a column of `release` chooses the rows of all of them.
SELECT
    whole.id AS release_id,
    (
        SELECT artist_line(artist_name, anv, join_string, sequence)
        FROM release_artist
        WHERE release_id = whole.id AND NOT is_extra
    ) AS artists,
    title,
    (SELECT in_order(label_name, sequence) FROM release_label WHERE release_id = whole.id) AS labels,
    (SELECT in_order(catno, sequence) FROM release_label WHERE release_id = whole.id) AS catnos,
    (
        SELECT in_order(format_line(name, qty, descriptions, text_string), sequence)
        FROM release_format
        WHERE release_id = whole.id
    ) AS formats,
    (SELECT in_order(genre, sequence) FROM release_genre WHERE release_id = whole.id) AS genres,
    (SELECT in_order(style, sequence) FROM release_style WHERE release_id = whole.id) AS styles,
    country,
    released,
    released_year,
    master_id
FROM release AS whole
