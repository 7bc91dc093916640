-- What the fields of a pair say, but for its tracks.
SELECT
    pair.n,
    pair.discogs_id,
    d.fingerprint,
    CASE
        WHEN list_has_any(m.barcodes, d.barcodes) THEN 'same'
        WHEN m.barcodes[1] IS NOT NULL AND d.barcodes IS NOT NULL THEN 'other'
    END AS barcode,
    CASE
        WHEN list_has_any(m.catnos, d.catnos) THEN 'same'
        WHEN list_has_any(m.catno_digits, d.catno_digits) THEN 'near'
        WHEN m.catnos IS NOT NULL AND d.catnos IS NOT NULL THEN 'other'
    END AS catno,
    CASE
        WHEN list_has_any(m.labels, d.labels) THEN 'same'
        WHEN list_has_any(m.label_names, d.label_names) THEN 'name'
        WHEN m.label_names IS NOT NULL AND d.label_names IS NOT NULL THEN 'other'
    END AS label,
    CASE
        WHEN m.bits & 65535 = 0 OR d.bits & 65535 = 0 THEN NULL
        WHEN (m.bits & 65535) = (d.bits & 65535)
            AND (m.bits >> 16 = d.bits >> 16 OR m.bits >> 16 = 0 OR d.bits >> 16 = 0)
            AND m.discs = d.discs THEN 'same'
        WHEN m.bits & d.bits & 65535 > 0 THEN 'near'
        WHEN m.bits & 65535 > 0 AND d.bits & 65535 > 0 THEN 'other'
    END AS format,
    CASE
        WHEN list_has_any(m.countries, there.codes) THEN 'same'
        WHEN list_has_any(m.countries, there.near) THEN 'near'
        WHEN m.countries[1] IS NOT NULL AND m.countries[1] <> 'XU' AND there.codes IS NOT NULL
            THEN 'other'
    END AS country,
    CASE
        WHEN m.date = d.date AND m.date % 100 > 0 THEN 'day'
        WHEN m.date // 10000 = d.date // 10000 AND (
            m.date % 10000 = 0 OR d.date % 10000 = 0
            OR m.date // 100 = d.date // 100 AND (m.date % 100 = 0 OR d.date % 100 = 0)
        ) THEN 'same'
        WHEN abs(m.date // 10000 - d.date // 10000) <= 1 THEN 'near'
        WHEN m.date IS NOT NULL AND d.date IS NOT NULL THEN 'other'
    END AS date,
    CASE
        WHEN m.whole_title = d.whole_title THEN 'same'
        WHEN m.title = d.title THEN 'tail'
        WHEN length(m.title) >= 5 AND length(d.title) >= 5 AND (
            starts_with(m.title, d.title) OR starts_with(d.title, m.title)
            OR jaro_winkler_similarity(m.title, d.title) >= 0.9
        ) THEN 'near'
        WHEN m.title IS NOT NULL AND d.title IS NOT NULL THEN 'other'
    END AS title,
    CASE
        WHEN list_has_any(m.artists, d.artists) THEN 'same'
        WHEN list_has_any(m.artist_names, d.artist_names) THEN 'name'
        WHEN m.artist_names IS NOT NULL AND d.artist_names IS NOT NULL THEN 'other'
    END AS artist,
    CASE
        WHEN m.promo = d.promo AND m.bootleg = d.bootleg THEN 'same'
        WHEN m.promo <> d.promo OR m.bootleg <> d.bootleg THEN 'other'
    END AS status
FROM temp.pair
JOIN temp.musicbrainz_profile AS m ON m.n = pair.n
JOIN temp.discogs_profile AS d ON d.discogs_id = pair.discogs_id
LEFT JOIN temp.discogs_country AS there ON there.name = d.country
