"""The frame of a step: what Dagster keeps of work that is done, and of work that checks refuse."""

import time
from collections.abc import Callable, Iterator, Sequence

import dagster as dg
import pytest

from discogs_assets.orchestration.asset_checks import check_spec
from discogs_assets.orchestration.run import Clock, Event, Result, materialize
from discogs_assets.tables.check import Check
from discogs_assets.tables.outcome import CheckError, Outcome

MONTHS = dg.MonthlyPartitionsDefinition("2026-01-01")
MONTH = "2026-02-01"
THING, PART = dg.AssetKey(["made_up", "thing"]), dg.AssetKey(["made_up", "part"])
FULL, SOUND = "is_full", "is_sound"

Work = Callable[[Clock], Result]


def run(
    work: Work, asset_checks: Sequence[dg.AssetCheckKey] | None = None
) -> dg.ExecuteInProcessResult:
    """Run a step with two assets, each with two checks, or with some of them."""

    @dg.multi_asset(
        specs=[dg.AssetSpec(THING), dg.AssetSpec(PART)],
        check_specs=[
            check_spec(Check(name, "As it should be."), key, MONTHS)
            for key in (THING, PART)
            for name in (FULL, SOUND)
        ],
        partitions_def=MONTHS,
        can_subset=True,
        retry_policy=dg.RetryPolicy(max_retries=1),
    )
    def made(context: dg.AssetExecutionContext) -> Iterator[Event]:
        yield from materialize(context, work)

    selection: dg.AssetSelection = dg.AssetSelection.assets(THING, PART)
    if asset_checks is not None:
        selection = dg.AssetSelection.assets(
            THING, PART
        ).without_checks() | dg.AssetSelection.checks(*asset_checks)
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        return dg.materialize(
            [made],
            selection=selection,
            partition_key=MONTH,
            instance=instance,
            raise_on_error=False,
        )


def outcomes_of(*, is_sound: bool = True) -> dict[str, list[Outcome]]:
    full = Outcome(FULL, passed=True, found="12 of 12 rows.")
    sound = Outcome(SOUND, passed=is_sound, found="All add up." if is_sound else "3 do not add up.")
    return {"thing": [full, sound], "part": [full]}


def result(_clock: Clock) -> Result:
    metadata = {THING: {"rows": 12}, PART: {"rows": 30}}
    return Result(metadata, outcomes_of(), "thing 2026-02: 42 rows")


def refused(_clock: Clock) -> Result:
    raise CheckError("thing 2026-02: 3 rows do not add up\n  Look.", outcomes_of(is_sound=False))


def checks(run: dg.ExecuteInProcessResult) -> dict[tuple[str, str], bool]:
    found = run.get_asset_check_evaluations()
    assert {one.partition for one in found} == {MONTH}
    return {(one.asset_key.path[-1], one.check_name): one.passed for one in found}


def retries(run: dg.ExecuteInProcessResult) -> int:
    return sum(
        event.event_type == dg.DagsterEventType.STEP_UP_FOR_RETRY for event in run.all_events
    )


def test_each_asset_is_shown_with_its_metadata_and_its_checks() -> None:
    done = run(result)
    assert done.success
    shown = {one.asset_key: one for one in done.get_asset_materialization_events()}
    rows = {
        key: one.step_materialization_data.materialization.metadata["rows"].value
        for key, one in shown.items()
        if key is not None
    }
    assert rows == {THING: 12, PART: 30}
    assert checks(done) == {("thing", FULL): True, ("thing", SOUND): True, ("part", FULL): True}


def test_work_that_is_refused_shows_its_checks_and_nothing_else() -> None:
    done = run(refused)
    assert not done.success
    assert done.get_asset_materialization_events() == []
    assert checks(done) == {("thing", FULL): True, ("thing", SOUND): False, ("part", FULL): True}
    [failed] = done.get_step_failure_events()
    failure = failed.step_failure_data.user_failure_data
    assert failure is not None
    assert failure.description == "thing 2026-02: 3 rows do not add up", "no stack of Dagster's"
    assert retries(done) == 0


@pytest.mark.parametrize("work", [result, refused])
def test_a_check_that_was_not_asked_for_is_not_told_of(work: Work) -> None:
    assert [*checks(run(work, [dg.AssetCheckKey(THING, FULL)]))] == [("thing", FULL)]


def test_another_error_is_not_touched() -> None:
    def broken(_clock: Clock) -> Result:
        raise ZeroDivisionError("of the work")

    done = run(broken)
    assert done.get_asset_check_evaluations() == []
    [failed] = done.get_step_failure_events()
    error = failed.step_failure_data.error
    assert error is not None
    assert error.cause is not None
    assert error.cause.cls_name == "ZeroDivisionError"
    assert retries(done) == 1


def test_the_clock_counts_the_seconds_of_the_work() -> None:
    told: list[float] = []

    def slow(clock: Clock) -> Result:
        told.append(clock())
        time.sleep(0.1)
        told.append(clock())
        return result(clock)

    assert run(slow).success
    before, after = told
    assert 0 <= before < 0.1
    assert 0.1 <= after < 5
