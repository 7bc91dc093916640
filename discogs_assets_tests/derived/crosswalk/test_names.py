"""Countries and carriers, by the names that either side has for them."""

from discogs_assets.derived.crosswalk.countries import countries
from discogs_assets.derived.crosswalk.formats import (
    DISCOGS,
    FAMILIES,
    FAMILY_BITS,
    MUSICBRAINZ,
    bits_by_name,
    description_bits,
)
from discogs_assets.sources.discogs_dumps.synthetic.words import CARRIERS, COUNTRIES

BY_NAME = {one.name: one for one in countries()}


def test_names_of_countries_are_known_once() -> None:
    assert len(BY_NAME) == len(countries()) > 230
    assert all(len(code) == 2 for one in countries() for code in one.codes)
    assert BY_NAME["UK"].codes == ("GB",)
    assert BY_NAME["German Democratic Republic (GDR)"].codes == ("XG",)
    assert BY_NAME["UK & Europe"].codes == ("GB", "XE")


def test_countries_that_lie_in_each_other_are_near() -> None:
    assert {"XE", "XW", "DE", "XG"} <= {*BY_NAME["Germany"].near}
    assert {"DE", "FR", "XW"} <= {*BY_NAME["Europe"].near}
    assert "US" not in BY_NAME["Europe"].near
    assert {"SU"} <= {*BY_NAME["Ukraine"].near}
    assert {"JP", "BR"} <= {*BY_NAME["Worldwide"].near}


def test_made_up_dumps_name_nothing_unknown() -> None:
    unknown = {"", "Unknown"}
    names = {name.replace("&amp;", "&") for name in COUNTRIES}
    assert names - unknown <= {*BY_NAME}
    carriers = {entry.partition("|")[0].strip() for entry in CARRIERS}
    assert carriers - {"Box Set", "All Media"} <= {*bits_by_name(DISCOGS)}


def test_carriers_of_both_sides_share_bits() -> None:
    discogs, musicbrainz = bits_by_name(DISCOGS), bits_by_name(MUSICBRAINZ)
    assert len(FAMILIES) <= FAMILY_BITS
    assert discogs["CD"] == musicbrainz["CD"] == musicbrainz["SHM-CD"]
    assert discogs["CDr"] == musicbrainz["CD-R"] != discogs["CD"]
    assert discogs["Vinyl"] | description_bits()["LP"] == musicbrainz['12" Vinyl']
    assert discogs["File"] == musicbrainz["Digital Media"]
    assert {*DISCOGS} <= {*MUSICBRAINZ}
