-- The pairs of a part that are worth a look at their tracks: not far behind the best.
WITH
    counted AS (SELECT *, ($points)::INTEGER AS points FROM ($evidence)),
    ranked AS (
        SELECT
            *,
            max(points) OVER (PARTITION BY n) AS most,
            rank() OVER (PARTITION BY n ORDER BY points DESC) AS place
        FROM counted
    )
SELECT * EXCLUDE (most, place)
FROM ranked
WHERE points >= most - $behind AND place <= $kept
