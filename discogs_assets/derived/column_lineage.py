"""Which columns each column of the computed tables comes from."""

from discogs_assets.column_lineage import Lineage, Schema, query_lineage
from discogs_assets.derived.tables import DERIVED, Derived


def derived_lineage(derived: Derived, schema: Schema) -> Lineage:
    """Return what the columns of a computed table come from.

    `schema` has the columns of the tables it reads; computed ones are known.
    """
    known = {name: [*one.table.duckdb_columns] for name, one in DERIVED.items()}
    names = [*derived.table.duckdb_columns]
    found = query_lineage(derived.query, names, {**schema, **known})
    return {name: sorted(found[name]) for name in names}
