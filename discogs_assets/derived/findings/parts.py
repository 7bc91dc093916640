"""In which parts findings are computed: all rules of a table in one go, ids that exist as bits.

The query of each rule and reference says what is found; the parts find the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from discogs_assets.derived.findings.references import REFERENCES, Reference
from discogs_assets.derived.findings.rule import Rule
from discogs_assets.derived.findings.rules import RULES
from discogs_assets.derived.incremental import (
    FEW,
    OF_BEFORE,
    Incremental,
    changed_ids,
    columns_of_ids,
    only_changed,
)
from discogs_assets.derived.parts import Part, Plan, ids_of
from discogs_assets.derived.records import record_column
from discogs_assets.warehouse.sql import HISTORY, SCHEMA

BITS = 13
"""Which ids are there is kept as a bit each, 2 to this power of them in a row: 1 KB.

Each id that is missed takes its row along for a while: they must not be longer."""
POSITION = (1 << BITS) - 1

THERE = '"of" VARCHAR, block INTEGER, bits BIT'

OF_ROWS = [rule for rule in RULES if rule.is_of_row]
"""The rules that look at nothing but a row."""
OF_MONTH = [rule for rule in RULES if not rule.rows and not rule.is_of_row]
"""The rules that look at a row, and at the month."""
LINKED = [rule for rule in RULES if rule.rows]
"""The rules with queries of their own."""


def of_table(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.table, []).append(rule)
    return found


def names(rules: Iterable[Rule | Reference]) -> str:
    return ", ".join(f"'{rule.name}'" for rule in rules)


def found_in(table: str, rules: Sequence[Rule], source: str) -> str:
    """Return the query of what rules find in rows, each once."""
    cases = ", ".join(
        f"CASE WHEN {rule.condition} "
        f"THEN struct_pack(rule := '{rule.name}', value := {rule.shown}) END"
        for rule in rules
    )
    return (
        f"SELECT DISTINCT '{table}' AS \"table\", record_id, found.rule AS rule, "
        f"found.value AS value FROM (SELECT {record_column(table)} AS record_id, "
        f"unnest([{cases}]) AS found FROM {source} AS rows) WHERE found IS NOT NULL"
    )


def met(rules: Iterable[Rule]) -> str:
    """Return the condition of the few rows that any rule finds something in.

    Of an OR DuckDB (1.5.5) takes for each column what is said of that, and tries it on all rows
    first: regular expressions that are for a few rows only.
    """
    return f"CASE {' '.join(f'WHEN {rule.condition} THEN true' for rule in rules)} ELSE false END"


def row_part(table: str, rules: Sequence[Rule], name: str = "the rules of") -> Part:
    """Return the part of rules that look at nothing but rows of a table."""
    record = record_column(table)
    source = (
        f"(SELECT * FROM {SCHEMA}.{table} WHERE month = $month "
        f"AND {record} BETWEEN $first AND $last AND {met(rules)})"
    )
    query = found_in(table, rules, source)
    return Part(f"{name} {table}", query, (ids_of(table, record),))


def changed_row_part(table: str, rules: Sequence[Rule]) -> Part:
    """Return the same of rows that can meet other rules than in the month before.

    Those are the new rows; and the others of records that changed and met any: which rows those
    were is not known.
    """
    record = record_column(table)
    rows = f"FROM {HISTORY}.{table} WHERE {record} BETWEEN $first AND $last AND"
    new = f"{rows} valid_from = $month AND {met(rules)}"
    again = (
        f"{rows} valid_from < $month AND (valid_to IS NULL OR valid_to > $month) "
        f"AND {record} IN ({changed_ids(table, 'again')})"
    )
    ids = tuple(changed_ids(table, name, is_whole=True) for name in ("changed", "again"))
    query = found_in(table, rules, f"({new} UNION ALL {again})")
    return Part(f"the changed rows of {table}", query, ids, rows=FEW)


def by_query(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Return rules with queries of their own: those with the same one by the first's name."""
    grouped = groupby(
        sorted(rules, key=lambda rule: (rule.table, rule.rows)),
        lambda rule: (rule.table, rule.rows),
    )
    return {group[0].name: group for _, same in grouped for group in [list(same)]}


def linked_part(rules: Sequence[Rule]) -> Part:
    """Return the part of rules with the same query."""
    first = rules[0]
    name = ", ".join(rule.name for rule in rules)
    return Part(name, found_in(first.table, rules, f"({first.rows})"), first.ids)


def changed_linked_part(rules: Sequence[Rule]) -> Part:
    """Return the same for records that changed, or that others changed something for."""
    first, part = rules[0], linked_part(rules)
    if first.others:  # The range is of other ids then.
        changed = changed_ids(first.name, is_whole=True)
        return replace(part, query=f"FROM ({part.query}) WHERE record_id IN ({changed})")
    return only_of_changed(part, first.name, first.within)


def only_of_changed(part: Part, of: str, within: tuple[str, ...]) -> Part:
    """Return a part with a range of records, for those that changed."""
    query = only_changed(part.query, {of: within})
    return replace(part, query=query, ids=(changed_ids(of, is_whole=True),), rows=FEW)


def there_part(target: str) -> Part:
    """Return the part that notes which ids a table has."""
    return Part(
        f"the ids of {target}",
        f"SELECT '{target}', id >> {BITS} AS block, bitstring_agg(id & {POSITION}, 0, {POSITION}) "
        f"FROM {SCHEMA}.{target} WHERE month = $month GROUP BY block",
        into="there",
    )


def reference_part(reference: Reference) -> Part:
    """Return the part of a reference; a hash table of ten million ids would be no small one."""
    column, record = reference.column, record_column(reference.table)
    query = f"""{reference.selected}
        LEFT JOIN (SELECT block, bits FROM temp.there WHERE "of" = '{reference.target}') AS there
            ON there.block = {column} >> {BITS}
        WHERE month = $month AND {record} BETWEEN $first AND $last
        AND {column} IS NOT NULL{reference.known}
        AND coalesce(get_bit(there.bits, {column} & {POSITION}), 0) = 0"""
    return Part(reference.name, query, (ids_of(reference.table, record),))


def changed_reference_part(reference: Reference) -> Part:
    return only_of_changed(reference_part(reference), reference.name, reference.within)


THERE_PARTS = [
    there_part(target) for target in sorted({reference.target for reference in REFERENCES})
]

FULL = Plan(
    (
        *(row_part(*one) for one in of_table([*OF_ROWS, *OF_MONTH]).items()),
        *map(linked_part, by_query(LINKED).values()),
        *THERE_PARTS,
        *map(reference_part, REFERENCES),
    ),
    temporary={"there": THERE},
)
"""Compute all findings of a month."""


def of_findings() -> str:
    """Return the SQL of what a finding follows from: a table, a rule, or NULL for the month."""
    grouped = "".join(
        f"WHEN rule IN ({names(rules)}) THEN '{name}' "
        for name, rules in by_query(LINKED).items()
        if len(rules) > 1
    )
    return (
        f"CASE {grouped}WHEN rule IN ({names([*LINKED, *REFERENCES])}) THEN rule "
        f'WHEN rule NOT IN ({names(OF_MONTH)}) THEN "table" END'
    )


FOLLOWS = Incremental(
    {rule.table: (f"{rule.table}.{record_column(rule.table)}",) for rule in OF_ROWS}
    | {name: rules[0].within for name, rules in by_query(LINKED).items()}
    | {reference.name: reference.within for reference in REFERENCES},
    of_findings(),
    "record_id",
    {name: rules[0].others for name, rules in by_query(LINKED).items()}
    | {reference.name: reference.others for reference in REFERENCES},
)

MET_BEFORE = Part(
    "what met rules before",
    f"""SELECT DISTINCT "table", record_id FROM {HISTORY}.finding
    WHERE {OF_BEFORE} AND record_id BETWEEN $first AND $last
    AND rule IN ({names(OF_ROWS)}) AND {FOLLOWS.is_changed}""",
    (f"SELECT record_id AS id FROM {HISTORY}.finding WHERE {OF_BEFORE}",),
    into="again",
)

CHANGED = Plan(
    (
        *FOLLOWS.parts,
        MET_BEFORE,
        *(changed_row_part(*one) for one in of_table(OF_ROWS).items()),
        *(row_part(*one, "the rules by month of") for one in of_table(OF_MONTH).items()),
        *map(changed_linked_part, by_query(LINKED).values()),
        *THERE_PARTS,
        *map(changed_reference_part, REFERENCES),
    ),
    FOLLOWS.among,
    FOLLOWS.temporary | {"again": columns_of_ids(rule.table for rule in OF_ROWS), "there": THERE},
)
"""Compute the findings that need not be those of the month before."""
