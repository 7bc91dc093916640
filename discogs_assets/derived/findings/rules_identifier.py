"""Plausibility rules for what is printed on a release to identify it: barcodes, codes, numbers."""

from discogs_assets.derived.findings.rule import Rule, is_blank
from discogs_assets.derived.parts import ids_of

BARCODE = r"""
        SELECT *, CASE WHEN is_number AND digits IN (12, 13) THEN number::BIGINT END AS code
        FROM (
            SELECT *, regexp_full_match(number, '\d+') AS is_number, length(number) AS digits
            FROM (
                SELECT release_id, value,
                    regexp_replace(value, '[\s\pZ\pP<>|]', '', 'g') AS number
                FROM discogs.release_identifier
                WHERE month = $month AND release_id BETWEEN $first AND $last AND type = 'Barcode'
            )
        )"""
BARCODE_IDS = (ids_of("release_identifier", "release_id"),)
OF_RELEASE = ("release_identifier.release_id",)
# From the right the digits count 1, 3, 1, 3 …
CHECKSUM = " + ".join(f"{(1, 3)[index % 2]} * (code // {10**index} % 10)" for index in range(13))


def form(kind: str, type_: str, condition: str, reason: str, limit: float) -> Rule:
    """Return a rule for how the identifiers of one type are written."""
    return Rule(
        f"{kind}_form",
        "release_identifier",
        f"type = '{type_}' AND ({condition})",
        "value",
        reason,
        limit,
    )


def not_like(pattern: str) -> str:
    """Return the condition that an identifier, without blanks and dots, is not of a form."""
    return rf"NOT regexp_full_match(regexp_replace(upper(value), '[\s.-]', '', 'g'), '{pattern}')"


IDENTIFIER_RULES = (
    Rule(
        "identifier_without_value",
        "release_identifier",
        is_blank("value"),
        "concat_ws(' ', type, description)",
        "An identifier without a value identifies nothing.",
        0.001,
    ),
    form(
        "isrc",
        "ISRC",
        not_like(r"[A-Z]{2}[A-Z0-9]{3}\d{7}"),
        "An ISRC has a country of 2 letters, 3 letters or digits, and 7 digits: DE-QY4-17-00004.",
        0.01,
    ),
    Rule(
        "barcode_form",
        "release_identifier",
        "NOT is_number",
        "value",
        "A barcode is digits; a catalogue number, or the word none, belongs elsewhere.",
        0.01,
        BARCODE,
        BARCODE_IDS,
        OF_RELEASE,
    ),
    Rule(
        "barcode_length",
        "release_identifier",
        "is_number AND digits NOT IN (8, 12, 13, 14, 15, 17, 18)",
        "value",
        "A barcode has 8, 12, 13 or 14 digits, and 2 or 5 more with a supplement: of another "
        "length it does not scan.",
        0.02,
        BARCODE,
        BARCODE_IDS,
        OF_RELEASE,
    ),
    Rule(
        "barcode_check_digit",
        "release_identifier",
        f"({CHECKSUM}) % 10 <> 0",
        "value",
        "The last digit of a UPC or EAN follows from the others: here one was misread, or the "
        "printer erred.",
        0.01,
        BARCODE,
        BARCODE_IDS,
        OF_RELEASE,
    ),
    form(
        "label_code",
        "Label Code",
        not_like(r"LC\d{4,5}"),
        "A label code is LC and 4 or 5 digits; what else stands there is a catalogue number.",
        0.02,
    ),
    form(
        "spars_code",
        "SPARS Code",
        r"NOT regexp_full_match(upper(value), '[AD]{3}(\s*[/,;&+-]\s*[AD]{3})*')",
        "A SPARS code is three letters of A and D: recorded, mixed and mastered analogue or "
        "digital.",
        0.005,
    ),
    form(
        "mastering_sid_code",
        "Mastering SID Code",
        not_like("IFPIL[A-Z0-9]{3,4}|NONE"),
        "The code of a glass master is IFPI L and 3 or 4 signs, or none where the disc has none.",
        0.01,
    ),
    form(
        "mould_sid_code",
        "Mould SID Code",
        not_like("IFPI[A-Z0-9]{4,5}|NONE"),
        "The code of a mould is IFPI and 4 or 5 signs, or none where the disc has none.",
        0.01,
    ),
    form(
        "asin",
        "ASIN",
        not_like("[A-Z0-9]{10}"),
        "An article number of Amazon has ten letters and digits.",
        0.001,
    ),
)
"""Every rule for identifiers; limits are shares of identifiers of all types together."""
