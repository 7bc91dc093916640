"""Draw charts of a month of a warehouse table, and the queries that tables have in common."""

from collections.abc import Iterable
from datetime import date

from discogs_assets.display.charts import Chart, Kind, draw, nothing_to_draw
from discogs_assets.display.text import dump_day
from discogs_assets.tables.names import DISCOGS, TableId, schemas_of
from discogs_assets.warehouse.loaded import LOADED, is_of, loaded_months
from discogs_assets.warehouse.replace import of_month
from discogs_assets.warehouse.sql import Connection

MONTHS = 12
"""How many months a chart over months goes back."""

FEW = "fewer than two full months are loaded"


def draw_charts(
    connection: Connection, charts: Iterable[Chart], month: date, schema: str = DISCOGS
) -> dict[str, str]:
    """Return charts of a month as Markdown, by key."""
    return {chart.key: draw_chart(connection, chart, month, schema) for chart in charts}


def draw_chart(connection: Connection, chart: Chart, month: date, schema: str = DISCOGS) -> str:
    """Return a chart as Markdown; `$month` in its query stands for the month."""
    table = TableId(schema, chart.table)
    if loaded_months(connection).get(table, month) is None:
        return nothing_to_draw(f"{table} is not loaded for {dump_day(month)}")
    return draw(chart, connection.execute(of_month(chart.query, month)).fetchall())


def by_value(
    title: str, table: str, column: str, counted: str, top: int = 15, schema: str = DISCOGS
) -> Chart:
    """Return a chart of the most frequent values of a column in a month."""
    query = f"""
        SELECT coalesce("{column}", '(none)'), count(*)
        FROM {schema}."{table}" WHERE month = $month
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {top}"""
    return Chart(title, Kind.BY_VALUE, table, query, counted)


def by_year(title: str, table: str, column: str, counted: str, schema: str = DISCOGS) -> Chart:
    """Return a chart of the rows a year, from 1900 to the year of the month."""
    query = f"""
        SELECT "{column}", count(*)
        FROM {schema}."{table}"
        WHERE month = $month AND "{column}" BETWEEN 1900 AND year($month)
        GROUP BY 1 ORDER BY 1"""
    note = "from 1900 to the year of the dump"
    return Chart(title, Kind.BY_YEAR, table, query, counted, note, "no row has a year in that time")


def changes(title: str, table: str, key: str, counted: str, schema: str = DISCOGS) -> Chart:
    """Return a chart of the records added and removed against the full month before each.

    A record is added where one of its row versions begins and none ends.
    """
    name = f'{schemas_of(schema).history}."{table}"'
    query = f"""
        WITH loaded AS (
            SELECT month FROM {LOADED}
            WHERE {is_of(TableId(schema, table))} AND is_full AND month <= $month
            ORDER BY month DESC LIMIT {MONTHS + 1}
        ),
        compared AS (SELECT month FROM loaded WHERE month > (SELECT min(month) FROM loaded)),
        began AS (
            SELECT DISTINCT month, "{key}" AS key
            FROM {name} JOIN compared ON valid_from = month
        ),
        ended AS (
            SELECT DISTINCT month, "{key}" AS key
            FROM {name} JOIN compared ON valid_to = month
        ),
        changed AS (
            SELECT month, began.key IS NOT NULL AS begins, ended.key IS NOT NULL AS ends
            FROM began FULL JOIN ended USING (month, key)
        )
    SELECT
        month,
        count(*) FILTER (WHERE begins AND NOT ends),
        count(*) FILTER (WHERE ends AND NOT begins)
    FROM compared LEFT JOIN changed USING (month)
    GROUP BY month ORDER BY month"""
    note = "against the full month loaded before each"
    return Chart(title, Kind.CHANGES, table, query, counted, note, FEW)


def kinds_by_month(
    title: str,
    table: str,
    kinds: Iterable[str],
    below: str,
    counted: str,
    schema: str = DISCOGS,
) -> Chart:
    """Return a chart of how many rows of each kind the newest months have.

    Those of the kind `below` are drawn below the others. A month without any row is left out.
    """
    shown = [kind for kind in kinds if kind != below]
    columns = ", ".join(f"count(*) FILTER (kind = '{kind}') AS {kind}" for kind in (*shown, below))
    query = f"""
        SELECT * FROM (
            SELECT month, {columns}
            FROM {schema}."{table}" WHERE month <= $month
            GROUP BY month ORDER BY month DESC LIMIT {MONTHS}
        ) ORDER BY month"""
    return Chart(
        title,
        Kind.KINDS,
        table,
        query,
        counted,
        nothing="no month is compared with another",
        kinds=(*shown, below),
    )


def by_month(title: str, table: str, counted: str, schema: str = DISCOGS) -> Chart:
    """Return a chart of the rows that the newest months have."""
    query = f"""
        SELECT month, rows FROM (
            SELECT month, rows FROM {LOADED}
            WHERE {is_of(TableId(schema, table))} AND month <= $month
            ORDER BY month DESC LIMIT {MONTHS}
        ) ORDER BY month"""
    return Chart(title, Kind.BY_MONTH, table, query, counted, nothing="no month is loaded")
