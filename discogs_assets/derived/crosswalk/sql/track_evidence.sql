-- What the tracks of the chosen pairs of a part say.
WITH
    shared AS (
        SELECT
            chosen.*,
            m.titles AS m_titles,
            d.titles AS d_titles,
            d.durations AS d_durations,
            -- Of each place: true where both durations are near, NULL where one is not known.
            list_transform(
                m.durations, lambda x, i: abs(x - d.durations[i]) <= $near_s
            ) AS near,
            len(list_filter(m.titles, lambda x, i: x = d.titles[i])) AS equal
        FROM temp.chosen
        LEFT JOIN temp.musicbrainz_tracklist AS m ON m.n = chosen.n
        LEFT JOIN temp.discogs_tracklist AS d ON d.discogs_id = chosen.discogs_id
        WHERE chosen.n BETWEEN $first AND $last
    )
SELECT
    * EXCLUDE (m_titles, d_titles, d_durations, near, equal),
    hash(d_titles, d_durations) AS tracks_hash,
    CASE
        WHEN len(m_titles) = len(d_titles) THEN 'same'
        WHEN abs(len(m_titles) - len(d_titles)) = 1 THEN 'near'
        WHEN m_titles IS NOT NULL AND d_titles IS NOT NULL THEN 'other'
    END AS tracks,
    equal / greatest(len(m_titles), len(d_titles)) AS titles,
    len(list_filter(near, lambda x: x)) / nullif(len(list_filter(near, lambda x: x IS NOT NULL)), 0)
        AS durations
FROM shared
