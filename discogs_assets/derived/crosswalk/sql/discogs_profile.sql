-- What a release of Discogs is compared by, but for its tracks; those of a range that have no link.
-- What is costly stands in a query of its own, without a condition on it, which DuckDB would push down
-- and work out twice.
WITH
    format AS (
        SELECT
            release_id,
            bit_or(
                coalesce(carrier.bits, 0)
                | coalesce(
                    list_bit_or(list_transform(descriptions, lambda x: $description_bits)), 0
                )
            )::INTEGER AS bits,
            sum(
                CASE
                    WHEN carrier.bits IS NULL THEN 0
                    -- Of files, the quantity is their number.
                    WHEN release_format.name = 'File' THEN 1
                    ELSE coalesce(least(TRY_CAST(qty AS INTEGER), 1000), 1)
                END
            )::INTEGER AS discs,
            bool_or(list_has_any(descriptions, ['Promo', 'Test Pressing', 'White Label'])) AS promo,
            bool_or(list_contains(descriptions, 'Unofficial Release')) AS bootleg
        FROM discogs.release_format
        LEFT JOIN temp.discogs_format AS carrier ON carrier.name = release_format.name
        WHERE month = $discogs AND release_id BETWEEN $first AND $last
        GROUP BY release_id
    ),
    barcode AS (
        SELECT release_id, list_sort(list(code) FILTER (code IS NOT NULL)) AS barcodes
        FROM (
            SELECT release_id, gtin(digits) AS code
            FROM (
                SELECT release_id, only_digits(value) AS digits
                FROM discogs.release_identifier
                WHERE month = $discogs AND release_id BETWEEN $first AND $last
                    AND type = 'Barcode'
            )
        )
        GROUP BY release_id
    ),
    label AS (
        SELECT
            release_id,
            list_sort(list(catno) FILTER (catno IS NOT NULL)) AS catnos,
            list_sort(list(number) FILTER (number IS NOT NULL)) AS catno_digits,
            list_sort(list(label_id) FILTER (name IS NOT NULL)) AS labels,
            list_sort(list(short_hash(name)) FILTER (name IS NOT NULL)) AS label_names
        FROM (
            SELECT
                release_id,
                label_id,
                known_label(name) AS name,
                known_catno(catno) AS catno,
                long_number(digits) AS number
            FROM (
                SELECT
                    release_id,
                    label_id,
                    label_letters(label_name) AS name,
                    number_letters(catno) AS catno,
                    only_digits(catno) AS digits
                FROM discogs.release_label
                WHERE month = $discogs AND release_id BETWEEN $first AND $last
            )
        )
        GROUP BY release_id
    ),
    artist AS (
        SELECT
            release_id,
            list_sort(list(artist_id) FILTER (artist_id IS NOT NULL)) AS artists,
            list_sort(list_concat(
                list(name) FILTER (name <> ''), list(anv) FILTER (anv <> '')
            )) AS artist_names
        FROM (
            SELECT
                release_id,
                artist_id,
                name_letters(artist_name) AS name,
                CASE WHEN anv IS NOT NULL THEN name_letters(anv) END AS anv
            FROM discogs.release_artist
            WHERE month = $discogs AND release_id BETWEEN $first AND $last AND NOT is_extra
        )
        GROUP BY release_id
    ),
    title AS (
        SELECT
            id,
            title,
            released,
            country,
            known_title(whole, title) AS whole_title,
            -- Most have no brackets.
            CASE
                WHEN contains(title, '(') OR contains(title, '[')
                    THEN coalesce(nullif(letters(title_base(title)), ''), whole)
                ELSE whole
            END AS base
        FROM (
            SELECT id, title, released, country, letters(title) AS whole
            FROM discogs.release
            WHERE month = $discogs AND id BETWEEN $first AND $last
        )
        WHERE NOT EXISTS (FROM temp.linked WHERE linked.discogs_id = id)
    )
SELECT
    id AS discogs_id,
    whole_title,
    known_title(base, whole_title) AS title,
    date_number(released) AS date,
    country,
    bits,
    discs,
    coalesce(promo, false) AS promo,
    coalesce(bootleg, false) AS bootleg,
    barcodes,
    catnos,
    catno_digits,
    labels,
    label_names,
    artists,
    artist_names,
    hash(
        title.title, released, country, bits, discs, promo, bootleg, barcodes, catnos, labels,
        label_names, artists, artist_names
    ) AS fingerprint
FROM title
LEFT JOIN format ON format.release_id = id
LEFT JOIN barcode ON barcode.release_id = id
LEFT JOIN label ON label.release_id = id
LEFT JOIN artist ON artist.release_id = id
