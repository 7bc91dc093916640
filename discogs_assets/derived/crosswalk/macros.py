r"""Macros of the crosswalk: what names, numbers and dates of both sides are compared by.

They are temporary, so that a file opened for reading has them too. `\pL` and `\pN` are letters
and digits of any script.
"""

from discogs_assets.warehouse.sql import Connection

VARIOUS = "various"
"""What many artists together are called: Discogs' artist 194, and one of MusicBrainz."""

NO_CATNO = ("none", "na", "unknown", "no", "notavailable")
NO_LABEL = ("nolabel", "whitelabel", "none", "unknown", "unknownlabel")
FIRST_YEAR, LAST_YEAR = 1857, 2099
"""Years before the phonautograph are misprints."""

CHECKSUM = " + ".join(f"{(1, 3)[place % 2]} * (code // {10**place} % 10)" for place in range(18))
"""From the right, the digits of a UPC or EAN count 1, 3, 1, 3 …"""

IN_BRACKETS = r"\s*[(\[][^()\[\]]*[)\]]\s*$"
GUESTS = r"\s*(?:[(\[](?:feat|ft|featuring)\b[^)\]]*[)\]]|\b(?:feat|ft|featuring)\b\.? .*$)"
COMPANY = "(records|recordings|music|ltd|limited|inc|gmbh)+$"


def listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


MACROS = {
    "letters(t)": r"""regexp_replace(
        lower(strip_accents(replace(t, '&', 'and'))), '[^\pL\pN]+', '', 'g'
    )""",
    "title_base(t)": rf"""regexp_replace(
        regexp_replace(t, '{IN_BRACKETS}', ''), '{IN_BRACKETS}', ''
    )""",
    "without_guests(t)": rf"""CASE
        WHEN contains(lower(t), 'feat') OR contains(lower(t), 'ft')
            THEN regexp_replace(t, '{GUESTS}', '', 'gi')
        ELSE t
    END""",
    "track_letters(t)": "letters(without_guests(t))",
    "without_number(t)": r"""CASE
        WHEN t[-1] = ')' THEN regexp_replace(t, ' \(\d+\)$', '')
        ELSE t
    END""",
    "without_article(t)": """CASE
        WHEN t ILIKE 'the %' THEN substr(t, 5)
        WHEN t ILIKE '%, the' THEN t[:-6]
        ELSE t
    END""",
    "name_letters(t)": f"""replace(
        letters(without_article(without_number(t))), 'variousartists', '{VARIOUS}'
    )""",
    "label_letters(t)": f"regexp_replace(name_letters(t), '{COMPANY}', '')",
    "number_letters(t)": r"regexp_replace(lower(strip_accents(t)), '[^\pL\pN]+', '', 'g')",
    "only_digits(t)": "regexp_replace(t, '[^0-9]', '', 'g')",
    "short_hash(key)": "CASE WHEN key <> '' THEN (hash(key) & 4294967295)::UINTEGER END",
    "known_title(key, t)": "coalesce(nullif(key, ''), nullif(lower(t), ''))",
    "known_catno(key)": f"""CASE
        WHEN key NOT IN ({listed(NO_CATNO)}) AND ltrim(key, '0') <> '' THEN key
    END""",
    "long_number(digits)": "CASE WHEN length(ltrim(digits, '0')) >= 4 THEN ltrim(digits, '0') END",
    "known_label(key)": f"""CASE
        WHEN key NOT IN ('', {listed(NO_LABEL)}) AND NOT starts_with(key, 'notonlabel') THEN key
    END""",
    "check_digit_fits(code)": f"({CHECKSUM}) % 10 = 0",
    "with_check_digit(number)": f"""list_transform(
        [number * 10], lambda code: code + (10 - ({CHECKSUM}) % 10) % 10
    )[1]""",
    # Without leading zeros, the twelve digits of a UPC are the thirteen of its EAN.
    "gtin(digits)": """CASE
        WHEN length(digits) NOT BETWEEN 8 AND 18 OR digits::BIGINT = 0 THEN NULL
        WHEN length(digits) <= 14 AND check_digit_fits(digits::BIGINT) THEN digits::BIGINT
        WHEN length(digits) IN (15, 18) AND check_digit_fits(left(digits, 13)::BIGINT)
            THEN left(digits, 13)::BIGINT
        WHEN length(digits) IN (14, 17) AND check_digit_fits(left(digits, 12)::BIGINT)
            THEN left(digits, 12)::BIGINT
        WHEN length(digits) IN (11, 12) THEN with_check_digit(digits::BIGINT)
        ELSE digits::BIGINT
    END""",
    "date_number(t)": rf"""CASE
        WHEN regexp_full_match(t, '\d{{4}}(-\d{{2}}(-\d{{2}})?)?')
            AND left(t, 4)::INTEGER BETWEEN {FIRST_YEAR} AND {LAST_YEAR}
            THEN left(t, 4)::INTEGER * 10000
                + coalesce(TRY_CAST(substr(t, 6, 2) AS INTEGER), 0) * 100
                + coalesce(TRY_CAST(substr(t, 9, 2) AS INTEGER), 0)
    END""",
    "seconds(t)": r"""CASE
        WHEN regexp_full_match(t, '\d{1,3}:[0-5]\d')
            THEN split_part(t, ':', 1)::INTEGER * 60 + right(t, 2)::INTEGER
        WHEN regexp_full_match(t, '\d{1,3}:[0-5]\d:[0-5]\d')
            THEN split_part(t, ':', 1)::INTEGER * 3600
                + split_part(t, ':', 2)::INTEGER * 60 + right(t, 2)::INTEGER
    END""",
}
"""Bodies by head; each may use the ones before it.

Those that end in letters or digits cost a microsecond or two: `key` and `digits` are columns that
have what they gave, as DuckDB would work out an argument again each time that a body names it. NULL
stands for what says nothing.
"""


def create_macros(connection: Connection) -> None:
    """Create them on a connection."""
    for head, body in MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")
