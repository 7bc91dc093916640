"""Dumps that were removed before they were imported are said."""

from datetime import date

from discogs_assets.sources.musicbrainz_dumps.missed import describe_missed

SATURDAY, WEDNESDAY = date(2026, 5, 23), date(2026, 5, 27)
NEXT, LATER = date(2026, 5, 30), date(2026, 6, 3)


def test_dumps_between_the_imported_and_the_published_are_missed() -> None:
    said = describe_missed(SATURDAY, [LATER, NEXT])
    assert said.startswith("missed: after 2026-05-23 the dumps of 2026-05-27 came and are gone")


def test_nothing_is_missed_while_all_are_there() -> None:
    assert describe_missed(WEDNESDAY, [LATER, NEXT]) == ""
    assert describe_missed(NEXT, [LATER, NEXT]) == ""
    assert describe_missed(None, [LATER, NEXT]) == ""
    assert describe_missed(NEXT, []) == ""
