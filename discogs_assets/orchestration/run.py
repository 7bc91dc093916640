"""The frame of a step: what Dagster is told of its work, also when checks refuse that."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from discogs_assets.orchestration.asset_checks import check_results, refusal
from discogs_assets.tables.outcome import CheckError, Outcomes

Clock = Callable[[], float]
"""How many seconds a step has worked so far."""

Event = dg.MaterializeResult[None] | dg.AssetCheckResult


@dataclass(frozen=True)
class Result:
    """What a step has made: the metadata of each asset, what checks found, a line for the log."""

    metadata: Mapping[dg.AssetKey, Mapping[str, Any]]
    outcomes: Outcomes
    summary: str


def materialize(
    context: dg.AssetExecutionContext, work: Callable[[Clock], Result]
) -> Iterator[Event]:
    """Do the work of a step, and yield its assets and checks.

    Where checks refuse it, those that were asked for are yielded, then dg.Failure is raised: it is
    not tried again.
    """
    started = time.monotonic()
    try:
        result = work(lambda: time.monotonic() - started)
    except CheckError as error:
        yield from check_results(context, error.outcomes)
        raise refusal(error) from error
    context.log.info(result.summary)
    for key, metadata in result.metadata.items():
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)
    yield from check_results(context, result.outcomes)
