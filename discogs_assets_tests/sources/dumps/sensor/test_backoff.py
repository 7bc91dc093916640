"""Which failures are worth another attempt, and when it comes."""

from datetime import UTC, datetime, timedelta

import pytest

from discogs_assets.sources.dumps.sensor.backoff import (
    IS_RETRYABLE,
    Chain,
    FailedAttempt,
    is_retryable,
    name_of,
    wait_after,
)

END = datetime(2026, 2, 20, 12, tzinfo=UTC)
STEP = "DagsterExecutionStepExecutionError"


def test_each_error_of_ours_is_worth_trying_again_or_not() -> None:
    again = {name for name, is_worth in IS_RETRYABLE.items() if is_worth}
    assert again == {
        "SourceError", "TransientError", "HostNotFoundError", "ListingError", "DumpNotFoundError",
        "DownloadError", "SpaceError", "StoreError", "StoreLockedError",
        "WarehouseLockedError",
        "DagsterExecutionInterruptedError",
    }  # fmt: skip
    assert {*IS_RETRYABLE} - again == {
        "DiscogsAssetsError", "SettingError", "DumpError", "LakeError", "CheckError",
        "WarehouseError", "WarehouseMemoryError", "QueryError", "ExportError", "SinkGoneError",
        "DamageError", "UnpackError", "ManifestError", "NewerManifestError", "WarehouseDamageError",
        "UnsupportedError", "RegionError", "OtherContentError", "DumpGoneError",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("chain", "name", "is_worth"),
    [
        ((STEP, "TransientError", "ConnectionError"), "TransientError", True),
        ((STEP, "DumpError", "StoreError"), "DumpError", False),
        ((STEP, "KeyError", "OSError"), "KeyError", False),
        (("DagsterInvalidConfigError",), "DagsterInvalidConfigError", False),
        (("DagsterExecutionInterruptedError",), "DagsterExecutionInterruptedError", True),
    ],
)
def test_the_outermost_error_of_ours_decides(chain: Chain, name: str, is_worth: bool) -> None:
    assert (name_of(chain), is_retryable(chain)) == (name, is_worth)


def test_the_wait_doubles_up_to_a_day() -> None:
    hours = [wait_after(attempt) / timedelta(hours=1) for attempt in range(1, 8)]
    assert hours == [1, 2, 4, 8, 16, 24, 24]
    assert FailedAttempt(3, END, ()).next_at == datetime(2026, 2, 20, 16, tzinfo=UTC)


def test_one_error_that_would_come_again_is_enough() -> None:
    busy, bad = (STEP, "TransientError"), (STEP, "CheckError")
    assert not FailedAttempt(1, END, (busy, busy)).is_final
    assert FailedAttempt(1, END, (busy, bad)).is_final
    assert FailedAttempt(1, END, (busy, bad)).text == "TransientError, CheckError, attempt 1 of 8"


def test_the_eighth_attempt_is_the_last() -> None:
    assert [FailedAttempt(attempt, END, ()).is_final for attempt in (7, 8)] == [False, True]
