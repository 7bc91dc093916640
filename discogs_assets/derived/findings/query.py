"""The query of the table of findings, and how many findings each rule has.

What is looked for is in `rules` and `references`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from discogs_assets.derived.findings import (
    one_sided,
    references,
    rules,
    rules_artist,
    rules_identifier,
    rules_label,
    rules_master,
    rules_release,
    rules_track,
)
from discogs_assets.derived.findings.references import REFERENCES, Reference
from discogs_assets.derived.findings.rule import Rule
from discogs_assets.derived.findings.rules import RULES
from discogs_assets.derived.records import RECORDS, record_of
from discogs_assets.errors import WarehouseError
from discogs_assets.tables.check import Check
from discogs_assets.tables.names import DISCOGS
from discogs_assets.tables.outcome import Outcome
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.sql import Connection

CHECKED: tuple[Rule | Reference, ...] = (*RULES, *REFERENCES)
FINDING_READS = tuple(
    sorted({name for one in CHECKED for name in re.findall(r"\bdiscogs\.(\w+)", one.query)})
)


QUERY = "\nUNION ALL\n".join(one.query for one in CHECKED)
"""What is found; it is computed in parts."""
RULE_MODULES = (
    rules,
    rules_artist,
    rules_label,
    rules_master,
    rules_release,
    rules_track,
    rules_identifier,
    references,
    one_sided,
)
"""What the query is made of, and where a rule is looked up."""
EXAMPLES = 5
NAMED = 3
"""How many rules over their limits are named in a sentence."""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What a rule found in a month; `rows` is the size of its table, `limit` a share of that.

    `examples` are the first findings by record, as pairs of record id and value.
    """

    name: str
    table: str
    findings: int
    rows: int
    limit: float
    reason: str
    examples: tuple[tuple[int, str], ...]

    @property
    def is_within_limit(self) -> bool:
        return self.findings <= self.limit * self.rows

    @property
    def percent(self) -> float:
        """The share of the table's rows in per cent; of none it is none."""
        return round(100 * self.findings / self.rows, 4) if self.rows else 0.0


def finding_checks() -> list[Check]:
    """Return the checks of the findings: one a record, then one a reference."""
    limit = "No rule finds more rows of {}s than its limit allows."
    rules = [Check(check_of_rules(record), limit.format(record)) for record in RECORDS]
    return rules + [Check(check_of(one.name), described(one)) for one in REFERENCES]


def check_of_rules(record: str) -> str:
    return f"{record}_rules_within_limits"


def check_of(reference: str) -> str:
    return f"few_{reference}"


def described(reference: Reference) -> str:
    column = f"{reference.table}.{reference.column}"
    return (
        f"Almost every {column} is the id of a record in {reference.target}. Where it is not: "
        f"{reference.reason}"
    )


def judge_month(connection: Connection, month: date, *, is_full: bool) -> list[Outcome]:
    """Return what the checks say of the findings of a month."""
    return judge(count_findings(connection, month), is_full=is_full)


def judge(counts: Sequence[RuleCount], *, is_full: bool) -> list[Outcome]:
    """Return what the checks say; a part of a month is not judged, as its links dangle."""
    references = {reference.name for reference in REFERENCES}
    rules = [count for count in counts if count.name not in references]
    outcomes = [
        judge_rules(record, [count for count in rules if record_of(count.table) == record])
        for record in RECORDS
    ]
    outcomes += [judge_reference(count) for count in counts if count.name in references]
    return outcomes if is_full else [not_judged(outcome) for outcome in outcomes]


def not_judged(outcome: Outcome) -> Outcome:
    found = f"Not judged: only a part of the month is imported.\n{outcome.found}"
    return replace(outcome, passed=True, found=found, examples=())


def judge_rules(record: str, counts: Sequence[RuleCount]) -> Outcome:
    """Return what the check of the rules for a kind of record says."""
    over = [count for count in counts if not count.is_within_limit]
    findings = sum(count.findings for count in counts)
    return Outcome(
        check_of_rules(record),
        not over,
        described_rules(counts, over, findings),
        examples=[rule_row(count) for count in over],
        numbers={"findings": findings, "rules_over_limit": len(over)},
    )


def described_rules(counts: Sequence[RuleCount], over: Sequence[RuleCount], findings: int) -> str:
    """Return how many rules are over their limits, and the first of them by name."""
    if not over:
        return f"Rules over their limit: none of {len(counts)}.\nFindings: {findings:,}."
    names = ", ".join([count.name for count in over][:NAMED]) + ", …" * (len(over) > NAMED)
    return f"Rules over their limit: {len(over)} of {len(counts)} ({names})."


def rule_row(count: RuleCount) -> dict[str, object]:
    """Return a rule that is met too often as a row, with its first finding."""
    record, value = count.examples[0]
    return {
        "rule": count.name,
        "findings": f"{count.findings:,} of {count.rows:,}",
        "usual": f"{count.limit:.2%}",
        "first record": record,
        "value": value,
        "why": count.reason,
    }


def judge_reference(count: RuleCount) -> Outcome:
    """Return what the check of a reference says."""
    return Outcome(
        check_of(count.name),
        count.is_within_limit,
        f"Rows of {count.table} that refer to a missing record: {count.findings:,} of "
        f"{count.rows:,} ({count.percent:.2f}%; up to {count.limit:.2%} expected).",
        examples=[{"record": record, "missing": value} for record, value in count.examples],
        numbers={"dangling": count.findings, "rows": count.rows, "dangling_percent": count.percent},
    )


def count_findings(connection: Connection, month: date) -> list[RuleCount]:
    """Count a month's findings of each rule and reference; WarehouseError when not computed."""
    rows = loaded_rows(connection, month)
    found = found_by_rule(connection, month)
    return [
        RuleCount(
            checked.name,
            checked.table,
            found.get(checked.name, (0, ()))[0],
            rows[checked.table],
            checked.limit,
            checked.reason,
            found.get(checked.name, (0, ()))[1],
        )
        for checked in CHECKED
    ]


def loaded_rows(connection: Connection, month: date) -> dict[str, int]:
    """Return how many rows each table has that month."""
    loaded = [one for one in loaded_months(connection) if one.month == month]
    rows = {one.table.name: one.rows for one in loaded if one.table.schema == DISCOGS}
    missing = [name for name in (*FINDING_READS, "finding") if name not in rows]
    if missing:
        raise WarehouseError(
            f"findings {month:%Y-%m}: expected {', '.join(missing)} in the warehouse, "
            "found them not loaded; import that month first"
        )
    return rows


def found_by_rule(
    connection: Connection, month: date
) -> dict[str, tuple[int, tuple[tuple[int, str], ...]]]:
    """Return the number of findings and the first few of each rule that found any."""
    found = connection.execute(
        f"SELECT rule, count(*), min(struct_pack(record_id, value), {EXAMPLES}) "
        "FROM discogs.finding WHERE month = ? GROUP BY rule",
        [month],
    ).fetchall()
    return {
        rule: (count, tuple((one["record_id"], one["value"]) for one in examples))
        for rule, count, examples in found
    }
