"""What storage costs, by hand."""

import pytest

from discogs_assets.storage.bucket.contents import CURRENT, OLD, Amount, Group
from discogs_assets.storage.bucket.prices import GB, PRICES, costs_of


def test_classes_are_summed_over_prefixes_and_old_versions() -> None:
    contents = {
        Group("lake/discogs/", "STANDARD", CURRENT): Amount(3, 10 * GB),
        Group("raw/discogs/", "STANDARD", CURRENT): Amount(1, 5 * GB),
        Group("raw/discogs/", "STANDARD", OLD): Amount(1, 5 * GB),
    }
    [cost] = costs_of(contents, PRICES["eu-west-3"])
    assert (cost.storage_class, cost.files, cost.bytes) == ("STANDARD", 5, 20 * GB)
    assert cost.cost == pytest.approx(20 * 0.024)


def test_an_archived_object_has_an_index_and_a_name_that_are_billed() -> None:
    contents = {Group("raw/discogs/", "GLACIER", CURRENT): Amount(2, GB)}
    archived, standard = costs_of(contents, {"GLACIER": 0.004, "STANDARD": 0.02})
    assert (archived.files, archived.bytes) == (2, GB + 2 * 32 * 1024)
    assert (standard.files, standard.bytes) == (0, 2 * 8 * 1024)


def test_small_files_are_billed_for_what_they_lack() -> None:
    contents = {Group("raw/", "GLACIER_IR", CURRENT): Amount(2, 1000, GB)}
    [cost] = costs_of(contents, {"GLACIER_IR": 0.004})
    assert (cost.files, cost.bytes) == (2, GB + 1000)


def test_a_class_without_a_price_has_no_cost() -> None:
    [cost] = costs_of({Group("raw/", "OUTPOSTS", CURRENT): Amount(1, GB)}, PRICES["us-east-1"])
    assert (cost.price, cost.cost) == (None, None)


def test_archives_cost_less_in_every_region() -> None:
    order = "DEEP_ARCHIVE", "GLACIER", "GLACIER_IR", "ONEZONE_IA", "STANDARD_IA", "STANDARD"
    for region, prices in PRICES.items():
        found = [prices[name] for name in order]
        assert found == sorted(found), region
