"""The `dg` command of Dagster, as people run it in a project."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

DG = Path(sys.executable).with_name("dg")


def run_dg(
    folder: Path, environment: Mapping[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run `dg` in the folder of a project; AssertionError with its output when it fails."""
    done = subprocess.run(
        [DG, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done
