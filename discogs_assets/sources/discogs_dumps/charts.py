"""Which charts are drawn of which table of the dumps."""

from discogs_assets.display.charts import Chart
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.change_tables import KINDS, change_table
from discogs_assets.warehouse.charts import by_value, by_year, changes, kinds_by_month

CHARTS: dict[str, tuple[Chart, ...]] = {
    "artist": (
        changes("Artists added and removed by month", "artist", "id", "artists"),
        by_value("Artists by data quality", "artist", "data_quality", "artists"),
    ),
    "label": (
        changes("Labels added and removed by month", "label", "id", "labels"),
        by_value("Labels by data quality", "label", "data_quality", "labels"),
    ),
    "master": (
        by_year("Masters by year of first release", "master", "year", "masters"),
        changes("Masters added and removed by month", "master", "id", "masters"),
    ),
    "release": (
        by_year("Releases by year", "release", "released_year", "releases"),
        by_value("Most frequent formats", "release_format", "name", "formats of releases"),
        by_value("Most frequent genres", "release_genre", "genre", "genres of releases"),
        changes("Releases added and removed by month", "release", "id", "releases"),
    ),
    **{
        table.name: (
            kinds_by_month(f"Changes of {name} by month", table.name, KINDS, "removed", name),
        )
        for name, table in ((name, change_table(of)) for name, of in DUMP_TYPES.items())
    },
}
"""By table; a table that is not named has none."""
