"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("daily", max_examples=20, deadline=None)
settings.register_profile("ci", max_examples=150, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "daily")

SAMPLES = Path(os.environ.get("DISCOGS_SAMPLES", Path(__file__).parents[1] / "../shared/samples"))


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real dump files; the test is skipped where it is not, and fails in CI."""
    if not SAMPLES.is_dir():
        reason = f"no real dump files in {SAMPLES}: set DISCOGS_SAMPLES"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return SAMPLES
