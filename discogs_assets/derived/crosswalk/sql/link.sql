-- Each pair once; it is ended where all that says so is.
WITH
    pair AS (
        SELECT mbid, discogs_id, bool_and(is_ended) AS is_ended
        FROM temp.url
        WHERE discogs_id IS NOT NULL
        GROUP BY mbid, discogs_id
    ),
    counted AS (
        SELECT
            *,
            count(*) FILTER (NOT is_ended) OVER (PARTITION BY mbid) AS of_mbid,
            count(*) FILTER (NOT is_ended) OVER (PARTITION BY discogs_id) AS of_discogs_id
        FROM pair
    )
SELECT
    '$kind' AS kind,
    mbid,
    discogs_id,
    'url' AS via,
    is_ended,
    NOT is_ended AND (of_mbid > 1 OR of_discogs_id > 1) AS is_ambiguous
FROM counted
