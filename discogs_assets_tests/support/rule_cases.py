"""Rows that meet each plausibility rule, and rows that do not with what is found in them."""

from dataclasses import dataclass

from discogs_assets_tests.support.derived_rows import Row
from discogs_assets_tests.support.linked_cases import LINKED, Linked

__all__ = ["LINKED", "SINGLE", "Linked", "Single"]


@dataclass(frozen=True)
class Single:
    """Rows of one table, each by itself: good ones, and bad ones with what is found."""

    good: list[Row]
    bad: list[tuple[Row, str]]


def texts(column: str, good: list[str | None], *bad: str, **same: object) -> Single:
    """Return cases of one column, whose bad texts are found as they are."""
    return Single(
        [same | {column: value} for value in good],
        [(same | {column: value}, value) for value in bad],
    )


def names(column: str = "name") -> Single:
    good: list[Row] = [{column: "A"}, {column: " 1"}, {column: "…"}]
    bad: list[tuple[Row, str]] = [
        ({column: None}, ""),
        ({column: "\u00a0"}, "\u00a0"),
        ({column: " \u200b\t"}, " \u200b\t"),
    ]
    return Single(good, bad)


def damaged(column: str) -> Single:
    good: list[str | None] = ["Café", "NÃO", "São Paulo", "Â", "«Â»", "Ж", None]
    return texts(column, good, "CafÃ©", "itâ€™s", "Ãœber", "lost \ufffd", "control \x85")


def html(column: str) -> Single:
    link = "<a href='http://example.com'>"
    return Single(
        [{column: "[url=http://example.com]here[/url]"}, {column: "a < b"}, {column: None}],
        [
            ({column: f"See {link}here</a>"}, link),
            ({column: "HREF = x y"}, "HREF = x"),
        ],
    )


def quality() -> Single:
    bad: list[tuple[Row, str]] = [({"data_quality": None}, ""), ({"data_quality": "7"}, "7")]
    return Single([{"data_quality": "Needs Vote"}, {"data_quality": "Entirely Incorrect"}], bad)


def no_credit_name() -> Single:
    return Single(
        [{"artist_name": "A"}],
        [
            ({"sequence": 3, "role": "Mixed By"}, "credit 3 Mixed By"),
            ({"artist_name": "\u00a0", "sequence": 1}, "credit 1"),
        ],
    )


def sizes() -> Single:
    return Single(
        [{"width": 600, "height": 1}, {"width": 600, "height": 3216}],
        [
            ({"width": 0, "height": 5}, "0 x 5"),
            ({"width": 5, "height": -1}, "5 x -1"),
            ({"width": 10001, "height": 5}, "10001 x 5"),
            ({"height": 5}, "? x 5"),
        ],
    )


def lengths() -> Single:
    bad: list[tuple[Row, str]] = [({"duration_s": n}, str(n)) for n in (0, -5, 43201)]
    return Single([{"duration_s": 1}, {"duration_s": 43200}], [*bad, ({}, "")])


def video_addresses() -> Single:
    bad = texts("uri", ["https://youtu.be/x", "HTTP://e"], "youtu.be/x", "ftp://e", "http://a b")
    return Single(bad.good, [*bad.bad, ({}, "")])


def urls() -> Single:
    good: list[str | None] = ["http://example.com", "HTTPS://example.com/a?b", "ftp://example.com"]
    found = texts("url", good, "example.com", "Site - http://example.com", "http://example.com ")
    return Single(found.good, [*found.bad, ({}, "")])


def identifiers(type_: str, good: list[str | None], *bad: str) -> Single:
    found = texts("value", good, *bad, type=type_)
    return Single([*found.good, {"type": "Other", "value": bad[0]}], found.bad)


DO_NOT_USE = Single(
    [{"name": "A", "profile": "Please do not use a sampler"}, {"name": "B"}],
    [({"name": "A", "profile": "[b]DO NOT USE.[/b]"}, "A"), ({"name": "Do Not Use"}, "Do Not Use")],
)
NUMBER = texts("name", ["A (2)", "A (10)", "A(1)", "(1) A", None], "A (1)")

SINGLE = {
    "artist_without_name": names(),
    "artist_name_number": NUMBER,
    "artist_do_not_use": DO_NOT_USE,
    "artist_name_damaged": damaged("name"),
    "artist_profile_html": html("profile"),
    "artist_data_quality": quality(),
    "artist_alias_itself": Single(
        [{"artist_id": 1, "alias_id": 2}, {"artist_id": 1}],
        [({"artist_id": 2, "alias_id": 2}, "2")],
    ),
    "artist_group_itself": Single(
        [{"artist_id": 1, "group_id": 2, "group_name": "B"}, {"artist_id": 1}],
        [({"artist_id": 2, "group_id": 2, "group_name": "A"}, "A")],
    ),
    "artist_url_form": urls(),
    "artist_image_size": sizes(),
    "label_without_name": names(),
    "label_name_number": NUMBER,
    "label_do_not_use": DO_NOT_USE,
    "label_name_damaged": damaged("name"),
    "label_profile_html": html("profile"),
    "label_data_quality": quality(),
    "label_parent_itself": Single(
        [{"id": 1, "parent_id": 2}, {"id": 1}], [({"id": 2, "parent_id": 2}, "2")]
    ),
    "label_url_form": urls(),
    "label_image_size": sizes(),
    "master_without_title": names("title"),
    "master_title_damaged": damaged("title"),
    "master_notes_html": html("notes"),
    "master_data_quality": quality(),
    "master_year_too_early": Single([{"year": 1877}, {}], [({"year": 1876}, "1876")]),
    "master_year_after_dump": Single([{"year": 2026}, {}], [({"year": 2027}, "2027")]),
    "master_artist_without_name": no_credit_name(),
    "master_genre_unknown": Single(
        [{"genre": "Jazz"}, {"genre": "Children's"}],
        [({"genre": "7"}, "7"), ({"genre": "jazz"}, "jazz"), ({}, "")],
    ),
    "master_style_wordless": texts("style", ["Dub", "2 Tone", "演歌"], "12", "-"),
    "master_video_length": lengths(),
    "master_video_address": video_addresses(),
    "master_image_size": sizes(),
    "release_date_form": texts(
        "released",
        ["1999", "1999-00-00", "1999-05-00", "1999-13-45", None],
        "1999-05",
        "199",
        "?",
        "May 1999",
        "1999-5-1",
    ),
    "release_date_month": texts(
        "released", ["1999-12-31", "1999-00-00", "1999", "1999-5", None], "1999-13-01"
    ),
    "release_date_day_without_month": texts(
        "released", ["1999-00-00", "1999-01-00", "1999-01-05", None], "1999-00-05"
    ),
    "release_date_day": texts(
        "released",
        ["2000-02-29", "1999-01-31", "1999-01-00", "1999-13-45", "1999-00-45", None],
        "1999-02-29",
        "1999-01-32",
        "1999-04-31",
    ),
    "release_date_too_early": Single(
        [{"released_year": 1877}, {"released": "1999"}, {}],
        [
            ({"released_year": 1876, "released": "1876"}, "1876"),
            ({"released": "0000-05-00"}, "0000-05-00"),
        ],
    ),
    "release_date_after_dump": Single(
        [{"released_year": 2026, "released": "2026-01-31"}, {"released": "2026-00-00"}, {}],
        [
            ({"released_year": 2027, "released": "2027"}, "2027"),
            ({"released_year": 2026, "released": "2026-02-01"}, "2026-02-01"),
        ],
    ),
    "release_without_title": names("title"),
    "release_title_damaged": damaged("title"),
    "release_notes_html": html("notes"),
    "release_data_quality": quality(),
    "release_country": texts("country", ["UK", "Österreich", None], "Unknown", "?", "N/A", "44"),
    "release_status": texts("status", ["Accepted", None], "Draft"),
    "release_artist_without_name": no_credit_name(),
    "release_artist_without_role": Single(
        [
            {"is_extra": False, "artist_name": "A"},
            {"is_extra": True, "artist_name": "A", "role": "DJ"},
        ],
        [({"is_extra": True, "artist_name": "A"}, "A")],
    ),
    "release_label_catno_missing": Single([{"catno": "none"}], [({"label_name": "A"}, "A")]),
    "release_label_catno_none": texts(
        "catno",
        ["none", "NO 1", "No. 5", "NN-17", "一", "Б", "NA 7", None],
        "None",
        "NONE",
        "[none]",
        "N/A",
        "n.a.",
        "-",
        "No Cat#",
        "Unknown",
    ),
    "release_format_quantity_form": Single(
        [{"qty": "1"}, {"qty": "9" * 64}],
        [({"qty": "two"}, "two"), ({"qty": "-1"}, "-1"), ({}, "")],
    ),
    "release_format_quantity": texts(
        "qty", ["1", "500", "two", None], "0", "501", "0000", "9" * 64
    ),
    "release_genre_unknown": Single(
        [{"genre": "Folk, World, & Country"}], [({"genre": "Children’s"}, "Children’s")]
    ),
    "release_style_wordless": texts("style", ["Dub", "2 Tone"], "12"),
    "release_video_length": lengths(),
    "release_video_address": video_addresses(),
    "release_image_size": sizes(),
    "track_without_title": Single(
        [{"title": "Untitled"}, {"title": "?"}],
        [({"sequence": 2, "position": "A2"}, "track 2 A2"), ({"sequence": 3}, "track 3")],
    ),
    "release_track_title_damaged": damaged("title"),
    "track_duration_form": texts(
        "duration",
        ["0:05", "3:45", "62:00", "100:00", "1:02:03", None],
        "3.45",
        "3:5",
        "3:61",
        "1:61:00",
        "3:45 ",
        "ca. 3:00",
        "180",
    ),
    "track_position_sign": texts(
        "position", ["A1", "1-12", "Ж", None], "A1\r\n", "A\x85", "x" * 41
    ),
    "release_track_artist_without_name": no_credit_name(),
    "identifier_without_value": Single(
        [{"type": "Barcode", "value": "1"}],
        [({"type": "Matrix / Runout", "description": "Side A"}, "Matrix / Runout Side A")],
    ),
    "isrc_form": identifiers(
        "ISRC",
        ["DEQY41700004", "IT-J04-01-00240", "us s1z 99 00001", None],
        "DEQY4170000",
        "ISRC DEQY41700004",
        "1EQY41700004",
    ),
    "barcode_form": identifiers(
        "Barcode", ["7 961220 922684 >", "0 9362-47555-2 4", "12", None], "BMD-1012A", "none", "?"
    ),
    "barcode_length": identifiers(
        "Barcode",
        ["96385074", "036000291452", "4006381333931", "4006381333931 05", "none", None],
        "123",
        "03600029145",
    ),
    "barcode_check_digit": identifiers(
        "Barcode",
        ["036000291452", "4 006381 333931", "12", "none", "96385075", None],
        "036000291453",
        "4006381333913",
    ),
    "label_code_form": identifiers(
        "Label Code", ["LC 0309", "LC00144", "lc-0193", None], "06975", "LC 309", "LC: 06350"
    ),
    "spars_code_form": identifiers(
        "SPARS Code", ["AAD", "ddd", "ADD/DDD", None], "DIGITAL", "AAB", "AD"
    ),
    "mastering_sid_code_form": identifiers(
        "Mastering SID Code", ["IFPI L551", "ifpi lp73", "none", None], "L384", "IFPI 1234"
    ),
    "mould_sid_code_form": identifiers(
        "Mould SID Code", ["IFPI 1234", "IFPI94V01", "none", None], "1234", "IFPI 12"
    ),
    "asin_form": identifiers("ASIN", ["B0736J9PXR", None], "JP: B00003IQO8"),
}
"""By the name of the rule."""
