-- The relations of one kind of record to pages of Discogs: which record that is, or why none.
WITH
    relation AS (
        SELECT $kind_id AS mbid, url, coalesce(is_ended, false) AS is_ended
        FROM musicbrainz.$kind_url
        WHERE month = $musicbrainz AND type_id = '$type_id'
    ),
    page AS (
        SELECT
            *,
            regexp_extract(
                url,
                '^https?://(?:[a-z]+\.)?discogs\.com/(?:[^?#]*/)?(artist|label|master|release)/(?:view/)?([0-9]+)(?:-[^/?#]*)?/?(?:[?#].*)?$',
                ['kind', 'number'],
                'i'
            ) AS found
        FROM relation
    ),
    record AS (
        SELECT
            mbid,
            url,
            is_ended,
            lower(found.kind) AS found_kind,
            nullif(TRY_CAST(nullif(found.number, '') AS INTEGER), 0) AS number
        FROM page
    )
SELECT
    mbid,
    url,
    is_ended,
    CASE WHEN found_kind = '$page' THEN number END AS discogs_id,
    CASE
        WHEN NOT regexp_matches(url, '^https?://([a-z]+\.)?discogs\.com(/|$)', 'i')
            THEN 'not_discogs'
        WHEN found_kind = '' AND regexp_matches(url, '/user/', 'i') THEN 'user'
        WHEN found_kind = '' AND regexp_matches(url, '/composition/', 'i') THEN 'composition'
        WHEN found_kind = '' AND regexp_matches(url, '/(artist|label)/[^/]', 'i') THEN 'name'
        WHEN found_kind NOT IN ('', '$page') THEN 'other_kind'
        WHEN number IS NULL THEN 'no_id'
    END AS reason
FROM record
