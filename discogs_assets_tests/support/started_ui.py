"""The UI as people start it: its first line says where it will answer."""

import re
import time
from pathlib import Path

SOON_S = 5.0


def address(log: Path) -> str:
    """Return the address that the first line says, as soon as it is there."""
    until = time.monotonic() + SOON_S
    while time.monotonic() < until:
        if found := re.match(r"Starting the Dagster UI: (\S+) answers", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"no address within {SOON_S:.0f} s: {log.read_text()!r}")
