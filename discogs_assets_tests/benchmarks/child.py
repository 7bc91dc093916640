"""A measurement as a process of its own."""

import json
import subprocess
import time
from typing import Any


def run_child(*command: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    """Run a command; return its `seconds` and what else it tells in its last line as JSON."""
    started = time.perf_counter()
    child = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    output, _ = child.communicate()
    seconds = time.perf_counter() - started
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {child.returncode}")
    last = output.strip().splitlines()[-1] if output.strip() else "{}"
    return {"seconds": seconds} | (json.loads(last) if last.startswith("{") else {})
