-- What a release of MusicBrainz is compared by, but for its tracks; those of a part.
WITH
    wanted AS (SELECT mbid, n FROM temp.wanted WHERE n BETWEEN $first AND $last),
    event AS (
        SELECT n, list(release_event.country) AS countries
        FROM musicbrainz.release_event JOIN wanted ON mbid = release_id
        WHERE month = $musicbrainz AND release_event.country IS NOT NULL
        GROUP BY n
    ),
    medium AS (
        SELECT n, bit_or(coalesce(bits, 0))::INTEGER AS bits, count(*)::INTEGER AS discs
        FROM musicbrainz.medium
        JOIN wanted ON mbid = release_id
        LEFT JOIN temp.musicbrainz_format AS carrier ON carrier.name = medium.format
        WHERE month = $musicbrainz
        GROUP BY n
    ),
    label AS (
        SELECT
            n,
            list(catno) FILTER (catno IS NOT NULL) AS catnos,
            list(number) FILTER (number IS NOT NULL) AS catno_digits,
            list(discogs_id) FILTER (discogs_id IS NOT NULL AND name IS NOT NULL) AS labels,
            list(short_hash(name)) FILTER (name IS NOT NULL) AS label_names
        FROM (
            SELECT
                n,
                discogs_id,
                known_label(name) AS name,
                known_catno(catno) AS catno,
                long_number(digits) AS number
            FROM (
                SELECT
                    n,
                    discogs_id,
                    label_letters(label_name) AS name,
                    number_letters(catalog_number) AS catno,
                    only_digits(catalog_number) AS digits
                FROM musicbrainz.release_label
                JOIN wanted ON mbid = release_id
                LEFT JOIN temp.linked_label ON linked_label.mbid = label_id
                WHERE month = $musicbrainz
            )
        )
        GROUP BY n
    ),
    artist AS (
        SELECT
            n,
            list(discogs_id) FILTER (discogs_id IS NOT NULL) AS artists,
            list_concat(
                list(name) FILTER (name <> ''), list(linked_name) FILTER (linked_name <> '')
            ) AS artist_names
        FROM (
            SELECT
                n,
                discogs_id,
                name_letters(release_artist.name) AS name,
                CASE WHEN linked_artist.name IS NOT NULL THEN name_letters(linked_artist.name) END
                    AS linked_name
            FROM musicbrainz.release_artist
            JOIN wanted ON mbid = release_id
            LEFT JOIN temp.linked_artist ON linked_artist.mbid = artist_id
            WHERE month = $musicbrainz
        )
        GROUP BY n
    ),
    title AS (
        SELECT
            n,
            date,
            country,
            status,
            barcode,
            known_title(whole, title) AS whole_title,
            known_title(letters(title_base(title)), title) AS title
        FROM (
            SELECT
                n,
                title,
                date,
                country,
                status,
                letters(title) AS whole,
                only_digits(barcode) AS barcode
            FROM musicbrainz.release
            JOIN wanted ON wanted.mbid = release.id
            WHERE month = $musicbrainz
        )
    )
SELECT
    title.n,
    whole_title,
    title,
    date_number(date) AS date,
    coalesce(countries, [country]) AS countries,
    bits,
    discs,
    status = 'Promotion' AS promo,
    status = 'Bootleg' AS bootleg,
    [gtin(barcode)] AS barcodes,
    catnos,
    catno_digits,
    labels,
    label_names,
    artists,
    artist_names
FROM title
LEFT JOIN event ON event.n = title.n
LEFT JOIN medium ON medium.n = title.n
LEFT JOIN label ON label.n = title.n
LEFT JOIN artist ON artist.n = title.n
