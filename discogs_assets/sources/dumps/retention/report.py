"""What retention decides, in a sentence or as the rows of a table."""

from collections.abc import Iterable, Sequence

from discogs_assets.display.text import dump_day, size
from discogs_assets.sources.dumps.retention.inventory import COMPUTED
from discogs_assets.sources.dumps.retention.plan import Decision

HEADS = ("stage", "month", "dump types", " size", "why")
STAGES = ("raw", "lake", "warehouse")


def sentence(decision: Decision, *, is_dry: bool) -> str:
    """Return a line of the log."""
    name = f"{decision.stage} {decision.group} {dump_day(decision.month)}"
    if not decision.deletes:
        return f"{name}: kept, {decision.why}"
    done = "would be deleted" if is_dry else "deleted"
    return f"{name}: {done} ({amount([decision])}), {decision.why}"


def amount(decisions: Sequence[Decision]) -> str:
    """Return how much goes of one stage: the DuckDB file fills its room again, and stays large."""
    if decisions[0].stage == "warehouse":
        return f"{sum(one.rows for one in decisions):,} rows"
    return size(sum(one.bytes for one in decisions))


def rows_of(
    dump_types: Sequence[str], decisions: Iterable[Decision]
) -> list[tuple[str, str, str, str, str]]:
    """Return rows of `HEADS`: by stage and month, the dump types together that share a reason."""
    alike: dict[tuple[int, str, str], list[Decision]] = {}
    for one in decisions:
        key = STAGES.index(one.stage), dump_day(one.month), one.why
        alike.setdefault(key, []).append(one)
    return [
        (STAGES[stage], month, types_of(dump_types, group), amount(group), why)
        for (stage, month, why), group in sorted(alike.items(), key=lambda item: item[0])
    ]


def types_of(dump_types: Sequence[str], decisions: Sequence[Decision]) -> str:
    """Return the dump types, in the order of import."""
    found = sorted({one.group for one in decisions}, key=[*dump_types, COMPUTED].index)
    return "all" if found == [*dump_types] else ", ".join(found)
