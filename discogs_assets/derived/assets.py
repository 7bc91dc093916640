"""The Dagster assets of the computed tables."""

from datetime import date

import dagster as dg

from discogs_assets.dagster_schema import column_schema
from discogs_assets.derived.tables import DERIVED, Derived
from discogs_assets.errors import WarehouseError
from discogs_assets.partitions import MONTHS, same_month
from discogs_assets.resources import WarehouseResource
from discogs_assets.warehouse import Import, Loaded, loaded_months, replace_from_query


def derived_key(name: str) -> dg.AssetKey:
    return dg.AssetKey(["discogs", name])


def dependency(name: str) -> dg.AssetDep:
    """Return a dependency on the same month of a table, computed or of one dump type."""
    if name in DERIVED:
        return dg.AssetDep(derived_key(name))
    return dg.AssetDep(derived_key(name), partition_mapping=same_month())


def inputs(derived: Derived, month: date, loaded: dict[tuple[str, date], Loaded]) -> list[Loaded]:
    """Return the months of the tables it reads; WarehouseError when one is not loaded."""
    missing = [name for name in derived.reads if (name, month) not in loaded]
    if missing:
        raise WarehouseError(
            f"{derived.name} {month:%Y-%m}: expected {', '.join(missing)} in the warehouse, "
            "found them not loaded; import that month first"
        )
    return [loaded[name, month] for name in derived.reads]


def import_of(derived: Derived, month: date, loaded: dict[tuple[str, date], Loaded]) -> Import:
    """Return what a computed month would be called: by what it is computed from."""
    read = inputs(derived, month, loaded)
    source = " ".join(sorted({table.source for table in read}))
    return Import(month, source, all(table.is_full for table in read))


def build_derived(derived: Derived) -> dg.AssetsDefinition:
    """Return the asset of a computed table."""
    table = derived.table

    @dg.asset(
        key=derived_key(derived.name),
        deps=[dependency(name) for name in derived.reads],
        partitions_def=MONTHS,
        group_name="discogs_derived",
        kinds={"duckdb", "sql"},
        owners=["team:discogs-assets"],
        pool="duckdb",
        description=f"{table.description} Key: {', '.join(table.key)}. "
        f"Computed from {', '.join(derived.reads)}.",
        metadata={
            "dagster/column_schema": column_schema(table),
            "dagster/table_name": f"discogs.{table.name}",
            "query": dg.MetadataValue.md(f"```sql\n{derived.query}\n```"),
        },
    )
    def compute(
        context: dg.AssetExecutionContext, warehouse: WarehouseResource
    ) -> dg.MaterializeResult[None]:
        month = date.fromisoformat(context.partition_key)
        with warehouse.get_connection() as connection:
            what = import_of(derived, month, loaded_months(connection))
            rows = replace_from_query(connection, what, table, derived.query)
        return dg.MaterializeResult(
            metadata={"dagster/partition_row_count": rows, "limited": not what.is_full}
        )

    return compute


ASSETS = [build_derived(derived) for derived in DERIVED.values()]
