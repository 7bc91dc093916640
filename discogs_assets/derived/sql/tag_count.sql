SELECT kind, tag, count(*)::INTEGER AS masters
FROM discogs.tag
WHERE month = $month
GROUP BY kind, tag
