"""The rules of ours as S3 takes them."""

from discogs_assets.storage.bucket.lifecycle import (
    SMALLEST,
    abort_rule,
    archive_rule,
    comparable,
    described,
)


def test_small_notes_beside_dump_files_are_never_archived() -> None:
    """The rule says so itself, whatever the default of the bucket is."""
    assert archive_rule("", 90, "GLACIER")["Filter"] == {
        "And": {"Prefix": "raw/", "ObjectSizeGreaterThan": SMALLEST}
    }


def test_each_prefix_has_rules_of_its_own() -> None:
    names = [
        (archive_rule(prefix, 90, "GLACIER")["ID"], abort_rule(prefix)["ID"])
        for prefix in ("", "music/")
    ]
    assert names == [
        ("discogs-assets: archive raw/", "discogs-assets: abort uploads"),
        ("discogs-assets: archive music/raw/", "discogs-assets: abort uploads music/"),
    ]


def test_rules_are_told_in_words() -> None:
    assert described(archive_rule("", 30, "DEEP_ARCHIVE")) == ("to DEEP_ARCHIVE after 30 days")
    assert described({**abort_rule(""), "Status": "Disabled"}) == "after 7 days (disabled)"


def test_no_filter_is_that_of_an_empty_prefix() -> None:
    assert comparable({**abort_rule(""), "Filter": {}}) == comparable(abort_rule(""))
    assert comparable(abort_rule("music/")) != comparable(abort_rule(""))


def test_another_limit_of_size_is_another_rule_and_none_is_that_of_a_server_without() -> None:
    ours = archive_rule("", 90, "GLACIER")
    kept = {**ours, "Filter": {"And": {"Prefix": "raw/"}}}
    other = {**ours, "Filter": {"And": {"Prefix": "raw/", "ObjectSizeGreaterThan": 1}}}
    before = {**ours, "Filter": {"Prefix": "raw/"}}
    assert comparable(kept) == comparable(ours)  # type: ignore[arg-type]
    assert comparable(other) != comparable(ours)  # type: ignore[arg-type]
    assert comparable(before) != comparable(ours)  # type: ignore[arg-type]
