"""Whether a process that was seen once still runs."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from discogs_assets.orchestration.processes import CLOCK_SLACK_S, is_running


def test_this_process_runs() -> None:
    assert is_running(os.getpid(), time.time())


def test_a_process_that_started_later_is_another_with_the_same_id() -> None:
    started_at = psutil.Process(os.getpid()).create_time()
    assert is_running(os.getpid(), started_at)
    assert is_running(os.getpid(), started_at - CLOCK_SLACK_S + 1), "the clock was set"
    assert not is_running(os.getpid(), started_at - CLOCK_SLACK_S - 1)


def test_an_id_that_no_process_has() -> None:
    highest = int(Path("/proc/sys/kernel/pid_max").read_text())
    assert not is_running(highest + 1, time.time())


def test_a_process_that_others_started_later_is_not_the_one_that_was_seen() -> None:
    before = time.time()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert is_running(process.pid, time.time())
        assert not is_running(process.pid, before - CLOCK_SLACK_S - 2)
        process.communicate(b"\n")


def test_a_killed_process_does_not_run_before_and_after_its_parent_asks() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with process:
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not is_running(process.pid, time.time())
    assert not is_running(process.pid, time.time())
