"""Whether a process that was seen at some time still runs."""

import os
import time
from pathlib import Path

CLOCK_SLACK_S = 10.0
"""So much may the clock have been set since."""
ENDED = ("Z", "X")


def is_running(pid: int, seen_at: float) -> bool:
    """Whether the process that had this id at a time (seconds since 1970) still runs.

    A process that started later only has its id again, as after a reboot. Without /proc, as on
    macOS, that cannot be told: then any process of the id counts.
    """
    if not Path("/proc/self/stat").exists():
        return exists(pid)
    try:
        state, started_at = read_stat(pid)
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in ENDED and started_at <= seen_at + CLOCK_SLACK_S


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def read_stat(pid: int) -> tuple[str, float]:
    """Return a process's state, a letter, and when it started, in seconds since 1970."""
    # The name stands in brackets and may hold brackets and blanks itself.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    after_boot_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    age_s = time.clock_gettime(time.CLOCK_BOOTTIME) - after_boot_s
    return fields[0], time.time() - age_s
