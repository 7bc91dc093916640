-- What is wrong with the relations of one kind, and with the links that they give.
WITH
    current_link AS (
        SELECT mbid, discogs_id, is_ambiguous
        FROM temp.link
        WHERE kind = '$kind' AND NOT is_ended
    ),
    of_mbid AS (
        SELECT mbid, list_sort(list(discogs_id)) AS ids
        FROM current_link
        WHERE is_ambiguous
        GROUP BY mbid
        HAVING count(*) > 1
    ),
    of_discogs_id AS (
        SELECT discogs_id, list_sort(list(mbid)) AS ids
        FROM current_link
        WHERE is_ambiguous
        GROUP BY discogs_id
        HAVING count(*) > 1
    )
SELECT DISTINCT
    '$kind' AS kind,
    mbid,
    reason,
    NULL::INTEGER AS discogs_id,
    url,
    NULL::VARCHAR AS others
FROM temp.url
WHERE reason IS NOT NULL
UNION ALL
SELECT
    '$kind',
    mbid,
    'several_discogs_ids',
    discogs_id,
    NULL,
    array_to_string(list_filter(ids, lambda x: x <> discogs_id)[1:10], ', ')
FROM current_link JOIN of_mbid USING (mbid)
UNION ALL
SELECT
    '$kind',
    mbid,
    'several_mbids',
    discogs_id,
    NULL,
    array_to_string(list_filter(ids, lambda x: x <> mbid)[1:10], ', ')
FROM current_link JOIN of_discogs_id USING (discogs_id)
UNION ALL
SELECT '$kind', mbid, 'ended', discogs_id, NULL, NULL
FROM temp.link
WHERE kind = '$kind' AND is_ended
UNION ALL
SELECT '$kind', mbid, 'not_in_dump', discogs_id, NULL, NULL
FROM current_link
WHERE discogs_id NOT IN (SELECT id FROM discogs.$page WHERE month = $discogs AND id IS NOT NULL)
