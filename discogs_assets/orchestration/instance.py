"""The folder in which Dagster keeps its runs, and the limits it is given."""

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import dagster as dg
import yaml
from dagster import DagsterInvalidConfigError
from sqlalchemy.exc import DBAPIError

from discogs_assets.errors import SettingError, SpaceError, StoreError
from discogs_assets.orchestration import killed_runs
from discogs_assets.orchestration.event_storage import release_engines
from discogs_assets.orchestration.pools import patch_pools
from discogs_assets.storage.disk import NO_ROOM, disk_errors, hold_lock, move

LIMITS = Path(__file__).parents[1] / "dagster.yaml"
"""How many runs at once, what is tried again; `.dagster` of a checkout is linked to it."""

OLD_LAUNCHER = re.compile(r"^( *module: *)discogs_assets\.killed_runs *$", re.MULTILINE)
"""The launcher's module in copies of the limits before 2026-12; Dagster would not start."""

OPENING_S = 60.0
FULL = "disk is full", "disk I/O error"
"""What SQLite says when there is no room; of its shared memory, that the disk failed."""
ELSEWHERE = "or set DAGSTER_HOME to another folder"


@contextmanager
def open_instance(home: Path) -> Iterator[dg.DagsterInstance]:
    """Give the Dagster instance that a folder keeps, making the folder when it is not there.

    What goes wrong in it meanwhile is told of DAGSTER_HOME.
    """
    patch_pools()
    try:
        with home_errors(home), opened(home) as instance:
            yield instance
    finally:
        release_engines()


def opened(home: Path) -> dg.DagsterInstance:
    if "?" in str(home) or unquote(str(home)) != str(home):
        raise SettingError(
            f"DAGSTER_HOME: expected a folder without ? and %20 in its path, found {home}: Dagster "
            "(1.13) writes it into an address as it is; choose another"
        )
    try:
        with disk_errors(home):
            home.mkdir(parents=True, exist_ok=True)
        # Two that make the same new storage at once get in each other's way in SQLite.
        with hold_lock(home, "opening", OPENING_S):
            write_limits(home / "dagster.yaml")
            return dg.DagsterInstance.from_config(str(home))
    except (StoreError, SpaceError) as error:
        raise type(error)(f"DAGSTER_HOME: {error}") from error


@contextmanager
def home_errors(home: Path) -> Iterator[None]:
    """Turn what SQLite, YAML and the disk say of the folder into what a person can do."""
    where = f"DAGSTER_HOME is {home}"
    try:
        yield
    except DBAPIError as error:
        raise database_error(where, error) from error
    except (yaml.YAMLError, DagsterInvalidConfigError) as error:
        said = textwrap.shorten(str(error), 300)
        raise SettingError(
            f"{where}: its dagster.yaml cannot be used: {said}; mend it, or delete it to have the "
            "limits of this package"
        ) from error
    except OSError as error:
        if not error.filename or not Path(error.filename).is_relative_to(home):
            raise
        kind = SpaceError if error.errno in NO_ROOM else StoreError
        raise kind(
            f"{where}: {error}; see that there is room and that it is a folder of this "
            f"user, {ELSEWHERE}"
        ) from error


def database_error(where: str, error: DBAPIError) -> StoreError | SpaceError:
    """Return what it means that Dagster cannot use one of its databases."""
    reason = str(error.orig)
    if any(one in reason for one in FULL):
        return SpaceError(
            f"{where}, where Dagster keeps its runs: {reason}; make room there, {ELSEWHERE}. What "
            "was published stays: run again to go on"
        )
    return StoreError(
        f"{where}, where Dagster keeps its runs: {reason}; if one of its databases is damaged, put "
        f"the folder away, {ELSEWHERE}: nothing but the history of runs is in it"
    )


def write_limits(file: Path) -> None:
    """Put the limits into a new folder of Dagster; of a file that is there, mend the launcher."""
    there = file.read_text() if file.exists() else None
    with disk_errors(file):
        limits = LIMITS.read_text() if there is None else there
        mended = OLD_LAUNCHER.sub(rf"\1{killed_runs.__name__}", limits)
        if mended != there:
            copy = file.with_name(f".{file.name}.tmp")
            copy.write_text(mended)
            move(copy, file)


RETRIED = dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_SUCCESS


def retry_from_now(instance: dg.DagsterInstance) -> None:
    """Have the daemon start at the newest event, as it would itself, with warnings (1.13.27).

    Where it has started before, nothing changes.
    """
    cursors = instance.daemon_cursor_storage
    keys = {f"EVENT_LOG_CONSUMER_CURSOR-{event.value}" for event in RETRIED}
    newest = str(instance.event_log_storage.get_maximum_record_id() or 0)
    missing = keys - {*cursors.get_cursor_values(keys)}
    if missing:
        cursors.set_cursor_values(dict.fromkeys(missing, newest))
