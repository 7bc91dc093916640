"""The crosswalk is computed in a memory that does not grow with the number of releases."""

from pathlib import Path

import pytest

from discogs_assets.derived.crosswalk.candidates import Candidates
from discogs_assets.derived.crosswalk.inputs import Inputs
from discogs_assets.derived.crosswalk.links import find_links
from discogs_assets.derived.crosswalk.scratch import scratch_beside
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.sql import scalar
from discogs_assets_tests.benchmarks.crosswalk import DISCOGS, make
from discogs_assets_tests.support.crosswalk_rows import LATER, MONTH

pytestmark = pytest.mark.slow

SHARE, MEMORY = 0.005, 100_000_000


def test_parts_fit_into_a_memory_that_the_whole_does_not(tmp_path: Path) -> None:
    make(tmp_path, SHARE)
    warehouse = Warehouse(tmp_path / "warehouse.duckdb", memory=MEMORY)
    with warehouse.reader() as connection, scratch_beside(connection) as scratch:
        connection.execute("SET max_temp_directory_size = '64MB'")
        inputs = Inputs(LATER, MONTH)
        find_links(scratch, inputs)
        Candidates(scratch, inputs, discogs_rows=10_000, musicbrainz_rows=5_000).find()
        found = scalar(connection, "SELECT count(DISTINCT mbid) FROM temp.link_candidate")
        assert (
            scalar(connection, "SELECT count(*) FROM temp.discogs_profile") > 0.8 * DISCOGS * SHARE
        )
    assert found > 15_000
