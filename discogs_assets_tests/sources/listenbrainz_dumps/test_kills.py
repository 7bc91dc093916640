"""An import that ends anywhere leaves the month as it was, or as it is to be."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from discogs_assets.sources.listenbrainz_dumps import lake as lake_module
from discogs_assets.sources.listenbrainz_dumps import month as month_module
from discogs_assets.sources.listenbrainz_dumps.month import MonthImport
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.listen_imports import (
    FEBRUARY,
    Imports,
    folder_imports,
    of_month,
)
from discogs_assets_tests.support.listens import FULL, Mirror, in_members, listens

LATER = "8-20260420-000004-full"
OLD = listens(900, datetime.fromisoformat("2026-02-01"), 600.0)
NEW = OLD[::2]


class Killed(BaseException):
    """Stands for the end of a process: nothing after it is done."""


def after(count: int, work: Callable[..., object]) -> Callable[..., object]:
    """Return a function that does its work `count` times, and is killed when called again."""
    calls = iter(range(count))

    def limited(*arguments: object, **named: object) -> object:
        if next(calls, None) is None:
            raise Killed
        return work(*arguments, **named)

    return limited


@pytest.fixture
def imports(tmp_path: Path) -> Imports:
    mirror = Mirror(tmp_path / "mirror")
    mirror.spark(FULL, in_members(OLD, 300))
    imports = folder_imports(tmp_path / "data", mirror.folder)
    imports.of().replace()
    mirror.spark(LATER, in_members(NEW, 300))
    return imports


POINTS: list[tuple[object, str, int, bool]] = [
    (LocalStore, "put", 0, False),
    (LocalStore, "put", 1, False),
    (lake_module, "digest_of_file", 0, False),
    (month_module, "new_manifest", 0, False),
    (LocalStore, "write", 1, False),
    (MonthImport, "finish", 0, True),
    (Lake, "clear", 0, True),
    (LocalStore, "delete", 0, True),
]
"""Where it ends, after how many calls, and whether the month is the new one by then."""


@pytest.mark.parametrize(("owner", "name", "count", "is_new"), POINTS)
def test_an_import_that_ends_anywhere(
    imports: Imports,
    monkeypatch: pytest.MonkeyPatch,
    owner: object,
    name: str,
    count: int,
    is_new: bool,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, after(count, getattr(owner, name)))
        with pytest.raises(Killed):
            imports.of().replace()
    assert imports.rows() == of_month(NEW if is_new else OLD)
    imports.of().replace()
    assert imports.rows() == of_month(NEW)
    files = imports.lake.manifest("listens", FEBRUARY).files
    assert imports.store.keys("lake/listenbrainz/listen/month=2026-02-01") == sorted(files)


def import_and_die(folder: Path, mirror: Path) -> None:
    """Import, and kill this process once the files are in the lake, before the manifest is."""
    write = LocalStore.write

    def die(store: LocalStore, key: str, data: bytes) -> None:
        if "_published" in key:
            os.kill(os.getpid(), signal.SIGKILL)
        write(store, key, data)

    LocalStore.write = die  # type: ignore[assignment, method-assign]
    folder_imports(folder, mirror).of().replace()


@pytest.mark.slow
def test_a_process_that_is_killed(imports: Imports, tmp_path: Path) -> None:
    child = multiprocessing.get_context("spawn").Process(
        target=import_and_die, args=(imports.folder, tmp_path / "mirror")
    )
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert imports.rows() == of_month(OLD)
    left = imports.store.keys("lake/listenbrainz/listen/month=2026-02-01")
    assert len(left) > len(imports.lake.manifest("listens", FEBRUARY).tables["listen"].files)
    imports.of().replace()
    assert imports.rows() == of_month(NEW)
