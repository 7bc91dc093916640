SELECT DISTINCT 'genre' AS kind, genre AS tag, master_id
FROM discogs.master_genre
WHERE month = $month AND master_id BETWEEN $first AND $last AND genre IS NOT NULL
UNION ALL
SELECT DISTINCT 'style' AS kind, style AS tag, master_id
FROM discogs.master_style
WHERE month = $month AND master_id BETWEEN $first AND $last AND style IS NOT NULL
