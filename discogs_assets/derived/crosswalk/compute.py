"""Compute the tables of the crosswalk from the newest dumps, unless they fail their checks."""

import hashlib
from collections.abc import Iterator

from discogs_assets.derived.compute import import_ids
from discogs_assets.derived.crosswalk.candidates import CUT_KEYS, Candidates
from discogs_assets.derived.crosswalk.inputs import MUSICBRAINZ, READS, Inputs, newest_inputs
from discogs_assets.derived.crosswalk.links import SQL, find_links
from discogs_assets.derived.crosswalk.scratch import Scratch, scratch_beside
from discogs_assets.derived.crosswalk.tables import (
    CUT_KEY,
    LINK,
    LINK_CANDIDATE,
    LINK_FINDING,
)
from discogs_assets.derived.parts import Insert
from discogs_assets.display.progress import UNSEEN, Parts
from discogs_assets.tables.names import TableId
from discogs_assets.tables.outcome import Outcome, Outcomes, raise_on_blocking
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.checks import (
    check_before,
    check_not_empty,
    check_rows,
    check_types,
    count_values,
    not_compared,
)
from discogs_assets.warehouse.loaded import LoadedMonths, Provenance, loaded_months
from discogs_assets.warehouse.replace import hide_month, replace_computed
from discogs_assets.warehouse.sql import Connection

WORK = 120.0
"""What the weights of all parts add up to."""

QUERIES = {
    LINK.name: "FROM temp.link",
    LINK_FINDING.name: "FROM temp.link_finding",
    LINK_CANDIDATE.name: "FROM temp.link_candidate",
    CUT_KEY.name: CUT_KEYS,
}
"""Where the rows of each table are when all is computed."""


def compute_crosswalk(connection: Connection, parts: Parts = UNSEEN) -> Outcomes:
    """Replace all tables of the crosswalk; return what their checks found, by table.

    CheckError undoes the table that it is about. Raises WarehouseError when a table that is read
    is not loaded.
    """
    loaded = loaded_months(connection)
    inputs = newest_inputs(loaded)
    provenance = provenance_of(inputs, loaded)
    outcomes: dict[str, list[Outcome]] = {}
    with scratch_beside(connection) as scratch:
        find_links(scratch, inputs, with_findings=True, parts=parts)
        for table in (LINK, LINK_FINDING):
            outcomes[table.name] = publish(connection, provenance, table, parts)
        find_candidates(scratch, inputs, parts)
        for table in (LINK_CANDIDATE, CUT_KEY):
            outcomes[table.name] = publish(connection, provenance, table, parts)
            hide_others(connection, table, provenance)
    return outcomes


def find_candidates(scratch: Scratch, inputs: Inputs, parts: Parts) -> None:
    Candidates(scratch, inputs, parts).find()


def provenance_of(inputs: Inputs, loaded: LoadedMonths) -> Provenance:
    """Return what the tables come from: the imports of all that is read, and the queries."""
    dumps = {MUSICBRAINZ: inputs.musicbrainz}
    read = [
        loaded[TableId(schema, name), dumps.get(schema, inputs.discogs)]
        for schema, names in READS.items()
        for name in names
    ]
    text = "".join(path.read_text() for path in sorted(SQL.glob("*.sql")))
    code_version = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Provenance(inputs.musicbrainz, import_ids(read), True, code_version)


def publish(
    connection: Connection, provenance: Provenance, table: Table, parts: Parts
) -> list[Outcome]:
    """Replace a date of a table by the rows that were computed; CheckError undoes it."""
    outcomes: list[Outcome] = []
    where = f"{table.id} {provenance.month}"
    advice = ["This is a fault of its queries, derived/crosswalk/sql: please report it."]

    def audit(rows: int) -> None:
        outcomes.extend(check_computed(connection, table, provenance, rows))
        raise_on_blocking(where, {table.name: outcomes}, advice)

    query = f"SELECT {table.names} FROM ({QUERIES[table.name]})"

    def give(insert: Insert) -> None:
        insert(query)

    with parts.part(f"writing {table.name}", 5, 3):
        described = connection.execute(f"DESCRIBE {query}").fetchall()
        found = {name: kind for name, kind, *_ in described}
        outcomes.append(check_types(table.duckdb_columns, found))
        raise_on_blocking(where, {table.name: outcomes}, advice)
        replace_computed(connection, provenance, table, give, audit)
    return outcomes


def check_computed(
    connection: Connection, table: Table, provenance: Provenance, rows: int
) -> Iterator[Outcome]:
    """Yield what the checks find in a date of a table."""
    yield from check_rows(connection, table, provenance.month, rows)
    if not table.may_be_empty:
        yield check_not_empty(table, rows)
    earlier = loaded_months(connection).full_before(table, provenance.month)
    if not earlier:
        yield from not_compared(table, "there is no earlier dump in the warehouse")
        return
    now = count_values(connection, table, provenance.month)
    yield from check_before(table, now, count_values(connection, table, earlier[0].month))


def hide_others(connection: Connection, table: Table, provenance: Provenance) -> None:
    """Remove the rows of other dumps: of candidates, the newest are kept alone."""
    for one in loaded_months(connection).months(table):
        if one.month != provenance.month:
            hide_month(connection, table, one.month)
