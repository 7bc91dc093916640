"""Whether a process that was seen once still runs."""

import os
import subprocess
import sys
import time

from discogs_assets.orchestration.processes import CLOCK_SLACK_S, is_running, read_stat


def test_this_process_runs() -> None:
    assert is_running(os.getpid(), time.time())


def test_a_process_that_started_later_is_another_with_the_same_id() -> None:
    _, started_at = read_stat(os.getpid())
    assert is_running(os.getpid(), started_at)
    assert not is_running(os.getpid(), started_at - CLOCK_SLACK_S - 1)


def test_when_a_process_started() -> None:
    before = time.time()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        _, started_at = read_stat(process.pid)
        assert before - 0.1 <= started_at <= time.time() + 0.1
        assert is_running(process.pid, time.time())


def test_a_killed_process_does_not_run_before_and_after_its_parent_asks() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with process:
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not is_running(process.pid, time.time())
    assert not is_running(process.pid, time.time())
