"""Whether a process that was seen at some time still runs."""

CLOCK_SLACK_S = 10.0
"""How far the clock may have been set since; the time of boot is known to the second."""


def is_running(pid: int, seen_at: float) -> bool:
    """Whether the process that had this id at a time (seconds since 1970) still runs.

    A process that started later only has its id again, as after a reboot.
    """
    import psutil  # It takes 40 ms, and is seldom needed.

    try:
        process = psutil.Process(pid)
        has_ended = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        return not has_ended and process.create_time() <= seen_at + CLOCK_SLACK_S
    except psutil.NoSuchProcess:
        return False
