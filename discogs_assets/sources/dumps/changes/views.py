"""The views of what changed, over all dump types of a source."""

from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.tables.names import schemas_of
from discogs_assets.warehouse.ddl import comment
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.sql import Connection


def show_changes(connection: Connection, source: DumpSource) -> None:
    """Make the views `change`: those tables in one that have a month loaded."""
    loaded, schemas = loaded_months(connection), schemas_of(source.name)
    shown = {name: table for name, table in source.change_tables.items() if loaded.months(table)}
    for schema, what in (
        (schemas.every, "of every month"),
        (schemas.newest, "of the newest month of each type"),
    ):
        query = " UNION ALL BY NAME ".join(
            f"SELECT '{name}' AS dump_type, * FROM {schema}.\"{table.name}\""
            for name, table in shown.items()
        )
        connection.execute(f"CREATE OR REPLACE VIEW {schema}.change AS {query}")
        comment(connection, f"VIEW {schema}.change", f"The changes of all dump types, {what}.")
