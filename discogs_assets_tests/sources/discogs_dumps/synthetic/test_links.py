"""Links between records: most lead to a record, and both ends know of it."""

import re
from statistics import mean

from lxml import etree

from discogs_assets.sources.discogs_dumps.synthetic import Sizes, iter_records
from discogs_assets_tests.sources.discogs_dumps.synthetic.made import ids_of, tree


def test_credits_mostly_point_at_artists_that_exist() -> None:
    known = set(ids_of("artists"))
    sizes = Sizes(artists=3000, labels=300, masters=100, releases=500)
    made = b"".join(iter_records("releases", 500, seed=7, sizes=sizes))
    ids = [int(id_) for id_ in re.findall(rb"<artist><id>(\d+)</id>", made)]
    dangling = {id_ for id_ in ids if id_ not in known}
    assert {194, 355} <= dangling
    assert sum(id_ in dangling - {194} for id_ in ids) / len(ids) < 0.02
    assert not known & {194, 355}


def test_masters_and_their_main_releases_name_each_other() -> None:
    sizes = Sizes(artists=10, labels=10, masters=50, releases=400)
    masters = etree.fromstring(b"<m>%s</m>" % b"".join(iter_records("masters", 50, sizes=sizes)))
    releases = etree.fromstring(b"<r>%s</r>" % b"".join(iter_records("releases", 400, sizes=sizes)))
    main = {
        link.text: release.get("id")
        for release in releases
        for link in release.findall("master_id[@is_main_release='true']")
    }
    agreed = [main.get(master.get("id")) == master.findtext("main_release") for master in masters]
    assert mean(agreed) > 0.9


def test_band_and_members_name_each_other() -> None:
    artists = {artist.findtext("id"): artist for artist in tree("artists")}
    band = next(artist for artist in tree("artists") if artist.find("members") is not None)
    member = band.find("members/name")
    assert member is not None
    groups = artists[member.get("id")].findall("groups/name")
    assert [group.get("id") for group in groups] == [band.findtext("id")]
