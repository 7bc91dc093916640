-- The candidates of a part, with their ranks and sets.
WITH
    scored AS (
        SELECT *, (points + $track_points)::INTEGER AS score
        FROM ($track_evidence)
    ),
    ranked AS (
        SELECT
            *,
            -- What is behind by no more than $close points shares a rank.
            1 + count(*) OVER (
                PARTITION BY n ORDER BY score DESC
                RANGE BETWEEN UNBOUNDED PRECEDING AND $close + 1 PRECEDING
            )::INTEGER AS rank
        FROM scored
        WHERE score >= $least
    )
SELECT
    wanted.mbid,
    ranked.discogs_id,
    score,
    rank,
    min(ranked.discogs_id) OVER (PARTITION BY ranked.n, fingerprint, tracks_hash) AS set_id,
    $fields,
    $discogs AS discogs_month
FROM ranked
JOIN temp.wanted ON wanted.n = ranked.n
WHERE wanted.n BETWEEN $first AND $last
