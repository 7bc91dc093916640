"""Verification as Dagster runs it: an asset, its check, and a weekly schedule."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from typing import Any

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from pydantic import Field

from discogs_assets.display.markdown import markdown_table
from discogs_assets.display.text import dump_day
from discogs_assets.errors import SettingError
from discogs_assets.orchestration.asset_checks import RUNS_WITH_ASSET
from discogs_assets.orchestration.asset_keys import OWNERS
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.orchestration.schedules import job_schedule
from discogs_assets.sources.dumps.keys import key_check, stored_keys, verification_key
from discogs_assets.sources.dumps.resources import Resources, resource_keys
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.sources.dumps.verification.flaws import Flaw
from discogs_assets.sources.dumps.verification.verification import Verification
from discogs_assets.tables.table import Table

HEADS = ("what is wrong", "month", "dump type", "where")
"""The reason first: the name of a file may be cut off."""
UNDAMAGED = "nothing_damaged"
UNDAMAGED_TEXT = (
    "Every dump file and every Parquet file is what was published, and so are the rows of the "
    f"tables of dumps; of computed tables the number of rows is. {RUNS_WITH_ASSET}"
)
NAME = "verification"
"""The job and the schedule."""


class VerificationConfig(dg.Config):
    """What to read: a `month` as 2026-01, "" for all; `groups` are dump types or `computed`.

    All groups are read where none is named.
    """

    month: str = ""
    groups: list[str] = Field(default=[])

    @property
    def only(self) -> date | None:
        try:
            day = self.month if self.month.count("-") > 1 else f"{self.month}-01"
            return date.fromisoformat(day) if self.month else None
        except ValueError:
            raise SettingError(
                f"month: expected a month as 2026-01, or nothing for all, found {self.month!r}"
            ) from None


def build_verification(source: DumpSource, computed: Sequence[Table]) -> dg.AssetsDefinition:
    """Return the asset; `computed` are the tables that are computed from those of the dumps."""

    @dg.asset(
        key=verification_key(source),
        deps=stored_keys(source),
        group_name=f"{source.name}_upkeep",
        kinds={"file", "parquet"},
        owners=OWNERS,
        pool="duckdb",
        required_resource_keys=resource_keys(source, "lake", "warehouse", "progress"),
        check_specs=[
            dg.AssetCheckSpec(UNDAMAGED, asset=verification_key(source), description=UNDAMAGED_TEXT)
        ],
        metadata=code_of(Verification),
        description="Reads all dump files, Parquet files and rows, and compares them with "
        "the digests of their arrival. Names what is damaged, and what to do.",
    )
    def verification(
        context: dg.AssetExecutionContext,
        config: VerificationConfig,
    ) -> Iterator[dg.MaterializeResult[None]]:
        given = Resources(source, context.resources)
        work = Verification(source, given.lake, given.warehouse, computed, given.progress)
        flaws = work.flaws(config.only, config.groups)
        for flaw in flaws:
            context.log.warning("%s: %s; run %s", flaw.place, flaw.what, flaw.advice)
        yield dg.MaterializeResult(
            metadata=metadata_of(flaws, work.read),
            check_results=[check_damage(source, flaws, work.read)],
        )

    return verification


def metadata_of(flaws: Sequence[Flaw], read: str) -> dict[str, Any]:
    """Return what the UI shows; `flaws` has all of it for programs."""
    commands = "\n".join(dict.fromkeys(one.advice for one in flaws))
    return {
        "read": read,
        "damaged": sum(one.is_damage for one in flaws),
        "found": dg.MetadataValue.md(
            markdown_table(HEADS, rows_of(flaws), "llll") if flaws else "nothing"
        ),
        "to_do": dg.MetadataValue.md(f"```\n{commands}\n```" if flaws else "nothing"),
        "flaws": dg.MetadataValue.json([one.to_json() for one in flaws]),
    }


def check_damage(source: DumpSource, flaws: Sequence[Flaw], read: str) -> dg.AssetCheckResult:
    damaged = [one for one in flaws if one.is_damage]
    what = f"{damaged[0].place}: {damaged[0].what}" if damaged else f"nothing is damaged: {read}"
    return dg.AssetCheckResult(
        check_name=UNDAMAGED,
        asset_key=verification_key(source),
        passed=not damaged,
        severity=dg.AssetCheckSeverity.ERROR,
        description=what,
    )


def rows_of(flaws: Sequence[Flaw]) -> list[tuple[str, str, str, str]]:
    """Return rows of `HEADS`."""
    return [
        (
            one.what,
            dump_day(one.month) if one.month else "all",
            one.group,
            PurePosixPath(one.place).name,
        )
        for one in flaws
    ]


def verification_job(source: DumpSource) -> str:
    return f"{source.prefix}{NAME}"


@cache
def build_job(source: DumpSource) -> UnresolvedAssetJobDefinition:
    """Return the job that verifies, but for the checks of every key."""
    by_hand = [key_check(source, name) for name in source.dump_types]
    return dg.define_asset_job(
        verification_job(source),
        selection=dg.AssetSelection.assets(verification_key(source))
        - dg.AssetSelection.checks(*by_hand),
        executor_def=dg.in_process_executor,
        description="Reads all that is stored, and says what is damaged.",
    )


def build_schedule(source: DumpSource, *, is_running: bool) -> dg.ScheduleDefinition:
    """Return the schedule that verifies weekly."""
    return job_schedule(
        build_job(source),
        "0 6 * * 0",
        "Reads all that is stored on Sundays at 06:00 UTC, and says what is damaged. It takes "
        "minutes for each whole month that is kept.",
        is_running=is_running,
    )
