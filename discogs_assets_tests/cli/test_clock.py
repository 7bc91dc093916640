"""A month that has not begun, by the clock of the machine, is refused by name."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from discogs_assets.cli import main
from discogs_assets_tests.support.workplace import JANUARY, Workplace

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]

NOW = datetime.now(UTC)
LATER = JANUARY.replace(year=NOW.year + 2)


@pytest.mark.parametrize(
    ("month", "command"),
    [
        (LATER, ["import"]),
        (LATER, ["import", "--year-month", f"{LATER:%Y/%m}"]),
        (LATER, ["export", "sqlite", "--year-month", f"{LATER:%Y/%m}"]),
        (JANUARY.replace(year=1999), ["import", "--year-month", "1999/01"]),
        (JANUARY.replace(year=1999), ["export", "sqlite", "--year-month", "1999/01"]),
    ],
)
def test_it_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    month: date,
    command: list[str],
) -> None:
    place = Workplace(tmp_path)
    place.publish(LATER)
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    assert main.main(command) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(
        f"discogs-assets: {month:%Y-%m}: expected a month from 2008-03 on, which has begun: the "
        f"clock of this machine says {NOW.year}-"
    )
    assert last.endswith(" UTC; choose another with --year-month, or set the clock")
    assert not (place.folder / "store").exists()
