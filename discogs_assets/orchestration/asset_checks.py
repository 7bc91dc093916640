"""Dagster asset checks, made of the declarations of tables; `warehouse/checks` finds them out."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence

import dagster as dg

from discogs_assets.display.markdown import markdown_table
from discogs_assets.tables.check import Check, sum_up
from discogs_assets.tables.outcome import CheckError, Outcome, Outcomes

HARD_BREAK = "  \n"
"""The UI shows descriptions as Markdown, which joins lines otherwise."""

RUNS_WITH_ASSET = "Runs whenever the asset is materialized, and cannot be executed by itself."


def check_specs(
    checks: Iterable[Check],
    asset: dg.AssetKey,
    partitions: dg.PartitionsDefinition[str] | None = None,
) -> list[dg.AssetCheckSpec]:
    return [check_spec(check, asset, partitions) for check in checks]


def check_spec(
    check: Check, asset: dg.AssetKey, partitions: dg.PartitionsDefinition[str] | None
) -> dg.AssetCheckSpec:
    """Return a check of a partition, of the asset without; a blocking one stops what follows."""
    with warnings.catch_warnings():
        # A preview in 1.13: without it a result is of no partition, and a month that fails would
        # stop every other. Dagster is pinned.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(
            check.name,
            asset=asset,
            description=f"{check.description} {RUNS_WITH_ASSET}",
            partitions_def=partitions,
            blocking=check.is_blocking,
        )


def check_results(
    context: dg.AssetExecutionContext, outcomes: Outcomes
) -> Iterator[dg.AssetCheckResult]:
    """Yield outcomes, by the last part of the asset's key, for the checks that were asked for."""
    for key in sorted(context.selected_asset_check_keys):
        for outcome in sum_up(outcomes.get(key.asset_key.path[-1], ())):
            if outcome.check == key.name:
                yield check_result(key, outcome)


def check_result(key: dg.AssetCheckKey, outcome: Outcome) -> dg.AssetCheckResult:
    """Return an outcome as Dagster keeps it: only what must not be published is an error."""
    severity = dg.AssetCheckSeverity.ERROR if outcome.is_fatal else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        passed=outcome.passed,
        asset_key=key.asset_key,
        check_name=key.name,
        description=outcome.found.replace("\n", HARD_BREAK),
        severity=severity,
        metadata={**outcome.numbers, **examples_metadata(outcome)},
    )


def refusal(error: CheckError) -> dg.Failure:
    """Return what a step raises, from the error: the UI shows that without a stack of Dagster's."""
    return dg.Failure(description=str(error).partition("\n")[0], allow_retries=False)


def examples_metadata(outcome: Outcome) -> dict[str, dg.MetadataValue]:
    if not outcome.examples:
        return {}
    return {"examples": dg.MetadataValue.md(examples_table(outcome.examples))}


def examples_table(examples: Sequence[Mapping[str, object]]) -> str:
    """Return examples, which have the same names each, as a Markdown table."""
    headings = [*examples[0]]
    return markdown_table(headings, [[*row.values()] for row in examples], "l" * len(headings))
