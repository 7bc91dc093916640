"""The output of `changes`: a summary, a row per record, or one record before and after."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from discogs_assets.display.rows import Relation, print_json, print_tsv
from discogs_assets.display.terminal import print_table
from discogs_assets.display.text import cut, readable
from discogs_assets.errors import SettingError, StoreError, WarehouseError
from discogs_assets.sources.discogs_dumps.source import CHANGE_TABLES, DISCOGS
from discogs_assets.sources.dumps.change_tables import KINDS
from discogs_assets.sources.dumps.changes.compare import (
    Comparison,
    check_share,
    compare,
    count_kinds,
)
from discogs_assets.sources.dumps.changes.record import months_in_quarantine, record_differences
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.lake import Lake
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.history import is_valid
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.sql import SCHEMA, Connection, literal

EXAMPLES = 3
"""How many records of each kind the summary names."""

LONGEST = 60
PARQUET = "parquet"


@dataclass(frozen=True)
class ChangesRequest:
    """What to print and where: `output` None is standard output, no `month` the newest one."""

    dump_type: str
    month: date | None = None
    form: str = "text"
    output: Path | None = None
    record_id: int | None = None


def print_changes(connection: Connection, lake: Lake, request: ChangesRequest) -> None:
    """Print the changes; WarehouseError if they are not computed, or out of date."""
    if request.form == PARQUET and request.output is None:
        raise SettingError("--format parquet: expected a file to write to; add --output FILE")
    comparison = find_comparison(connection, lake, request)
    with redirected(request.output if request.form != PARQUET else None):
        if request.record_id is not None:
            print_record(connection, comparison, request.record_id)
        elif request.form == "text":
            print_summary(connection, comparison)
        else:
            write_rows(connection, comparison, request)


def find_comparison(connection: Connection, lake: Lake, request: ChangesRequest) -> Comparison:
    """Return the loaded comparison of a month, of the newest if none is named."""
    loaded = loaded_months(connection)
    table = CHANGE_TABLES[request.dump_type]
    months = [one.month for one in loaded.months(table)]
    month = request.month or max(months, default=None)
    if month is None or month not in months:
        known = ", ".join(f"{other:%Y-%m}" for other in sorted(months)) or "none"
        which = f" --year-month {month:%Y/%m}" if month else ""
        raise WarehouseError(
            f"{table.id}: expected {f'{month:%Y-%m}' if month else 'a month'} in the warehouse, "
            f"found {known}; run discogs-assets import --types {request.dump_type}{which}"
        )
    comparison = compare(DISCOGS, lake, request.dump_type, month)
    if not comparison.is_loaded(loaded):
        raise WarehouseError(
            f"{comparison.name}: out of date, because a month was imported since; run "
            f"discogs-assets import --types {request.dump_type} --year-month {month:%Y/%m}"
        )
    return comparison.as_loaded(loaded)


@contextlib.contextmanager
def redirected(output: Path | None, option: str = "--output") -> Iterator[None]:
    """Redirect standard output to a file, if there is one; `option` is what names it."""
    if output is None:
        yield
        return
    try:
        file = output.open("w", encoding="utf-8")
    except OSError as error:
        raise refused(output, error.strerror, option) from None
    with disk_errors(output), file, contextlib.redirect_stdout(file):
        yield


def refused(output: Path, why: object, option: str = "--output") -> StoreError:
    return StoreError(f"{output}: cannot be written: {why}; choose another {option}")


def write_rows(connection: Connection, comparison: Comparison, request: ChangesRequest) -> None:
    """Write the rows of the change table, ordered by id."""
    tables = "array_to_string(tables, ',') AS tables" if request.form == "tsv" else "tables"
    relation = connection.sql(
        f"SELECT id, kind, hash_before, hash_after, {tables}, month_before "
        f"FROM {source(comparison)} ORDER BY id"
    )
    if request.form == "tsv":
        print_tsv(relation)
    elif request.form == "json":
        print_json(relation)
    else:
        write_parquet(relation, request.output)


def write_parquet(relation: Relation, output: Path | None) -> None:
    """Write rows into a Parquet file; StoreError when it cannot be written."""
    assert output is not None
    try:
        relation.write_parquet(str(output))
    except duckdb.IOException as error:
        raise refused(output, error) from None


def source(comparison: Comparison) -> str:
    month = literal(comparison.month)
    return f'(FROM {SCHEMA}."{comparison.table.name}" WHERE month = {month})'


def print_summary(connection: Connection, comparison: Comparison) -> None:
    """Print how many records changed, in which tables, and a few of them."""
    name = f"{comparison.dump_type.name} {comparison.month:%Y-%m}"
    if comparison.before is None:
        print(f"{name}: not compared, {comparison.why_not}")
        return
    records, earlier = comparison.now.records, comparison.before.records
    counts = count_kinds(connection, comparison)
    print_table(
        f"{name}: {records:,} records; {comparison.before.month[:7]}: {earlier:,}",
        ("kind", " records", " share", "what it means"),
        [
            (kind, f"{n:,}", share(n, comparison.records(kind)), KINDS[kind])
            for kind, n in counts.items()
        ],
    )
    if tables := differing_tables(connection, comparison):
        rows = [(table, f"{n:,}", share(n, counts["changed"])) for table, n in tables]
        print_table("Tables that differ", ("table", " changed records", " share"), rows)
    if examples := [*iter_examples(connection, comparison)]:
        print_table("For example", example_heads(comparison.dump_type), examples)
    judged = check_share(connection, comparison)
    if not judged.passed:
        print(f"Unusual {judged.found}")


def share(number: int, of: int) -> str:
    return f"{number / of:.2%}" if of else "–"


def differing_tables(connection: Connection, comparison: Comparison) -> list[tuple[str, int]]:
    """Return the tables that differ, each with the number of records."""
    return connection.execute(
        f"SELECT name, count(*) FROM {source(comparison)}, unnest(tables) AS differing(name) "
        "GROUP BY name ORDER BY 2 DESC, 1"
    ).fetchall()


def example_heads(dump_type: DumpType) -> Sequence[str]:
    artist = ["artist"] if credits_of(dump_type) else []
    return ("kind", " id", *artist, name_column(dump_type.record_table), "tables that differ")


def name_column(table: Table) -> str:
    return next(column.name for column in table.columns if column.name in ("name", "title"))


def credits_of(dump_type: DumpType) -> Table | None:
    """Return the table of the artists of a record; artists and labels themselves have none."""
    name = f"{dump_type.record}_artist"
    return next((table for table in dump_type.content_tables if table.name == name), None)


def iter_examples(connection: Connection, comparison: Comparison) -> Iterator[Sequence[str]]:
    """Yield the first records of each kind, with their names if these are loaded."""
    assert comparison.before is not None
    before = date.fromisoformat(comparison.before.month)
    for kind in KINDS:
        month = before if kind == "removed" else comparison.month
        for number, *names, tables in connection.execute(
            examples_query(comparison, kind, month)
        ).fetchall():
            texts = (cut(readable(name), LONGEST) for name in names)
            yield kind, f"{number}", *texts, ", ".join(tables or ()) or "–"


def examples_query(comparison: Comparison, kind: str, month: date) -> str:
    """Return a query for some records of a kind: id, artist if they have one, name, tables."""
    record, made_by = comparison.dump_type.record_table, credits_of(comparison.dump_type)
    artist = ""
    if made_by:
        main = "AND NOT is_extra" * any(column.name == "is_extra" for column in made_by.columns)
        artist = f"""(SELECT string_agg(coalesce(anv, artist_name), ', ' ORDER BY sequence)
            FROM {made_by.versions}
            WHERE {made_by.owner} = change.id AND {is_valid(month)} {main}),"""
    return f"""SELECT change.id, {artist} record."{name_column(record)}", tables
        FROM (FROM {source(comparison)} WHERE kind = '{kind}' ORDER BY id LIMIT {EXAMPLES})
            AS change
        LEFT JOIN (FROM {record.versions} WHERE {is_valid(month)}) AS record
            ON record.id = change.id
        ORDER BY change.id"""


def print_record(connection: Connection, comparison: Comparison, record_id: int) -> None:
    """Print whether a record changed, and the fields that differ, before and after."""
    record = f"{comparison.dump_type.record} {record_id}"
    if comparison.before is None:
        print(f"{record}, {comparison.month:%Y-%m}: not compared, {comparison.why_not}")
        return
    months = date.fromisoformat(comparison.before.month), comparison.month
    lake, dump_type = comparison.lake, comparison.dump_type
    if unread := months_in_quarantine(lake, dump_type, record_id, months):
        print(
            f"{record}, not compared: it is in the dump of "
            f"{' and '.join(f'{month:%Y-%m}' for month in unread)}, but could not be read, and is "
            f"in {dump_type.quarantine.name}"
        )
        return
    differences = record_differences(lake, dump_type, record_id, months)
    rows = [(field.where, field.before, field.after) for field in differences]
    kind = kind_of(connection, comparison, record_id)
    heads = ("where", *(f"{month:%Y-%m}" for month in months))
    what = f": {KINDS[kind]}" if kind in KINDS else ""
    if rows:
        print_table(f"{record}, {kind}{what}", heads, rows)
    else:
        print(f"{record}, {kind} in {heads[1]} and {heads[2]}")


def kind_of(connection: Connection, comparison: Comparison, record_id: int) -> str:
    query = f"SELECT kind FROM {source(comparison)} WHERE id = ?"
    row = connection.execute(query, [record_id]).fetchone()
    return str(row[0]) if row else "the same"
