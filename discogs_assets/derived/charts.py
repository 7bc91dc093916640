"""Which charts are drawn of which computed table."""

from discogs_assets.display.charts import Chart, Kind
from discogs_assets.warehouse.charts import by_month, by_value


def tags(kind: str, top: int) -> Chart:
    """Return a chart of the genres or styles that most masters carry."""
    query = f"""
        SELECT tag, count(*) AS masters
        FROM discogs.tag WHERE month = $month AND kind = '{kind}'
        GROUP BY tag ORDER BY masters DESC, tag LIMIT {top}"""
    return Chart(f"Most frequent {kind}s of masters", Kind.BY_VALUE, "tag", query, "masters")


CHARTS: dict[str, tuple[Chart, ...]] = {
    "tag": (tags("genre", 15), tags("style", 20)),
    "finding": (
        by_value("Findings by rule", "finding", "rule", "findings", top=40),
        by_month("Findings by month", "finding", "findings"),
    ),
}
"""By table; a table that is not named has none."""
