"""Fixtures of the tests of sinks."""

import pytest

from discogs_assets_tests.support.change_months import Months
from discogs_assets_tests.support.export_months import bring_months, unread_contents


@pytest.fixture(scope="session")
def export_months(tmp_path_factory: pytest.TempPathFactory) -> Months:
    """Three months of all dump types; nobody changes them."""
    return bring_months(tmp_path_factory.mktemp("export_months"))


@pytest.fixture(scope="session")
def unread_months(tmp_path_factory: pytest.TempPathFactory) -> Months:
    """Four months with records that cannot be read; nobody changes them."""
    return bring_months(tmp_path_factory.mktemp("unread_months"), unread_contents())
