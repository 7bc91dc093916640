"""The rules of ours as S3 takes them."""

from discogs_assets.storage.bucket.lifecycle import (
    LARGE,
    SMALLEST,
    abort_rule,
    archive_rule,
    comparable,
    described,
)


def test_small_notes_beside_dump_files_are_never_archived() -> None:
    """By Amazon's default; where a bucket has another, the rule says so itself."""
    assert archive_rule("", 90, "GLACIER", LARGE)["Filter"] == {"Prefix": "raw/"}
    assert archive_rule("", 90, "GLACIER", "varies_by_storage_class")["Filter"] == {
        "And": {"Prefix": "raw/", "ObjectSizeGreaterThan": SMALLEST}
    }


def test_each_prefix_has_rules_of_its_own() -> None:
    names = [
        (archive_rule(prefix, 90, "GLACIER", LARGE)["ID"], abort_rule(prefix)["ID"])
        for prefix in ("", "music/")
    ]
    assert names == [
        ("discogs-assets: archive raw/", "discogs-assets: abort uploads"),
        ("discogs-assets: archive music/raw/", "discogs-assets: abort uploads music/"),
    ]


def test_rules_are_told_in_words() -> None:
    assert described(archive_rule("", 30, "DEEP_ARCHIVE", LARGE)) == (
        "to DEEP_ARCHIVE after 30 days"
    )
    assert described({**abort_rule(""), "Status": "Disabled"}) == "after 7 days (disabled)"


def test_no_filter_is_that_of_an_empty_prefix() -> None:
    assert comparable({**abort_rule(""), "Filter": {}}) == comparable(abort_rule(""))
    assert comparable(abort_rule("music/")) != comparable(abort_rule(""))
