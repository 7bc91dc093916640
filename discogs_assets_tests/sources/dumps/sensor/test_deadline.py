"""A look that takes too long is given up."""

import threading

import pytest

from discogs_assets.errors import TransientError
from discogs_assets.sources.dumps.sensor.deadline import run_with_timeout


def test_a_look_takes_no_longer_than_it_may() -> None:
    is_over = threading.Event()
    with pytest.raises(TransientError, match="the site: expected an answer within 0 s"):
        run_with_timeout(0.01, "the site", is_over.wait)
    is_over.set()
    assert run_with_timeout(5, "the site", lambda: 3) == 3
