"""Which columns each column of the computed tables comes from.

`make docs` works it out and keeps it in `lineage.json`: to parse the queries takes a second.
"""

import json
from functools import cache
from pathlib import Path

from discogs_assets.derived.tables import DERIVED, Derived
from discogs_assets.warehouse.lineage import Lineage, Schema, query_lineage

KEPT = Path(__file__).with_name("lineage.json")


@cache
def kept_lineage() -> dict[str, Lineage]:
    """Return the lineage of every computed table, by its name."""
    kept = json.loads(KEPT.read_text())
    return {
        table: {
            column: [tuple(source.split(".", 1)) for source in sources]
            for column, sources in columns.items()
        }
        for table, columns in kept.items()
    }


def lineage_to_keep(schema: Schema) -> str:
    """Return the content of the file; `schema` as in `derived_lineage`."""
    lineage = {
        name: {
            column: [f"{table}.{of}" for table, of in sources]
            for column, sources in derived_lineage(derived, schema).items()
        }
        for name, derived in DERIVED.items()
    }
    return json.dumps(lineage, indent=1) + "\n"


def derived_lineage(derived: Derived, schema: Schema) -> Lineage:
    """Return what the columns of a computed table come from.

    `schema` has the columns of the tables it reads; computed ones are known.
    """
    known = {name: [*one.table.duckdb_columns] for name, one in DERIVED.items()}
    names = [*derived.table.duckdb_columns]
    found = query_lineage(derived.query, names, {**schema, **known})
    return {name: sorted(found[name]) for name in names}
