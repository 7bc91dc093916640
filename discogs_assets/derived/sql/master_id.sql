SELECT
    master.id AS master_id,
    master.title,
    master.year,
    master.main_release,
    coalesce(own.releases, 0)::INTEGER AS releases,
    own.first_year,
    own.last_year
FROM discogs.master
LEFT JOIN (
    SELECT
        master_id,
        count(id) AS releases,
        min(released_year) AS first_year,
        max(released_year) AS last_year
    FROM discogs.release
    WHERE month = $month AND master_id BETWEEN $first AND $last
    GROUP BY master_id
) AS own ON own.master_id = master.id
WHERE master.month = $month AND master.id BETWEEN $first AND $last
