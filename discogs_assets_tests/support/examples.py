"""How many examples a property test draws: more in CI, most where input is hostile."""

import os

from hypothesis import settings

IS_CI = bool(os.environ.get("CI"))

settings.register_profile("daily", max_examples=20, deadline=None)
settings.register_profile("ci", max_examples=40, deadline=None)

thorough = settings(max_examples=150 if IS_CI else 20, deadline=None)
"""For what parses dumps, and for row versions."""


def load_profile() -> None:
    settings.load_profile("ci" if IS_CI else "daily")
