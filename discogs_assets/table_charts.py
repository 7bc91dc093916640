"""Draw charts of a month of a warehouse table, and the queries that tables have in common."""

from collections.abc import Iterable
from datetime import date

from discogs_assets.charts import Chart, Kind, draw, nothing_to_draw
from discogs_assets.warehouse import of_month
from discogs_assets.warehouse_file import SCHEMA, Connection, scalar

MONTHS = 12
"""How many months a chart over months goes back."""

FEW = "fewer than two full months are loaded"


def draw_charts(connection: Connection, charts: Iterable[Chart], month: date) -> dict[str, str]:
    """Return charts of a month as Markdown, by title."""
    return {chart.title: draw_chart(connection, chart, month) for chart in charts}


def draw_chart(connection: Connection, chart: Chart, month: date) -> str:
    """Return a chart as Markdown; `$month` in its query stands for the month."""
    loaded = f'SELECT count(*) FROM {SCHEMA}.loaded_month WHERE "table" = ? AND month = ?'
    if not scalar(connection, loaded, chart.table, month):
        return nothing_to_draw(f"{chart.table} is not loaded for {month:%Y-%m}")
    return draw(chart, connection.execute(of_month(chart.query, month)).fetchall())


def by_value(title: str, table: str, column: str, counted: str, top: int = 15) -> Chart:
    """Return a chart of the most frequent values of a column in a month."""
    query = f"""
        SELECT coalesce("{column}", '(none)'), count(*)
        FROM {SCHEMA}."{table}" WHERE month = $month
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {top}"""
    return Chart(title, Kind.BY_VALUE, table, query, counted)


def by_year(title: str, table: str, column: str, counted: str) -> Chart:
    """Return a chart of the rows a year, from 1900 to the year of the month."""
    query = f"""
        SELECT "{column}", count(*)
        FROM {SCHEMA}."{table}"
        WHERE month = $month AND "{column}" BETWEEN 1900 AND year($month)
        GROUP BY 1 ORDER BY 1"""
    note = "from 1900 to the year of the dump"
    return Chart(title, Kind.BY_YEAR, table, query, counted, note, "no row has a year in that time")


def changes(title: str, table: str, key: str, counted: str) -> Chart:
    """Return a chart of the records added and removed against the full month before each.

    One pass over the ids: each gets a bit for every month it is in, so that however many
    months there are, there is one entry an id to hold, which DuckDB can put on disk.
    """
    query = f"""
        WITH loaded AS (
            SELECT month, (row_number() OVER (ORDER BY month) - 1)::INTEGER AS place
            FROM (
                SELECT month FROM {SCHEMA}.loaded_month
                WHERE "table" = '{table}' AND is_full AND month <= $month
                ORDER BY month DESC LIMIT {MONTHS + 1}
            )
        ),
        present AS (
            SELECT bit_or(1 << place) AS months
            FROM {SCHEMA}."{table}" JOIN loaded USING (month) GROUP BY "{key}"
        ),
        alike AS (SELECT months, count(*) AS records FROM present GROUP BY months),
        compared AS (
            SELECT
                month,
                records,
                months & (1 << place) <> 0 AS is_in,
                months & (1 << (place - 1)) <> 0 AS was_in
            FROM loaded LEFT JOIN alike ON true
            WHERE place > 0
        )
    SELECT
        month,
        coalesce(sum(records) FILTER (WHERE is_in AND NOT was_in), 0)::BIGINT AS added,
        coalesce(sum(records) FILTER (WHERE was_in AND NOT is_in), 0)::BIGINT AS removed
    FROM compared GROUP BY month ORDER BY month"""
    note = "against the full month loaded before each"
    return Chart(title, Kind.CHANGES, table, query, counted, note, FEW)


def by_month(title: str, table: str, counted: str) -> Chart:
    """Return a chart of the rows that the newest months have."""
    query = f"""
        SELECT month, rows FROM (
            SELECT month, rows FROM {SCHEMA}.loaded_month
            WHERE "table" = '{table}' AND month <= $month
            ORDER BY month DESC LIMIT {MONTHS}
        ) ORDER BY month"""
    return Chart(title, Kind.BY_MONTH, table, query, counted, nothing="no month is loaded")
