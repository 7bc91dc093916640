SELECT
    master.id AS master_id,
    master.title,
    master.year,
    master.main_release,
    count(release.id)::INTEGER AS releases,
    min(release.released_year) AS first_year,
    max(release.released_year) AS last_year
FROM discogs.master
LEFT JOIN discogs.release
    ON release.master_id = master.id AND release.month = $month
WHERE master.month = $month
GROUP BY ALL
