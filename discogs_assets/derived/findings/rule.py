"""What a plausibility rule is, and the SQL that rules of several tables share.

The rules themselves are in the `rules_…` files, and all of them in `rules`.
"""

from dataclasses import dataclass

from discogs_assets.derived.records import record_column

VALUE_CHARACTERS = 200
"""How much of a value a finding keeps: a profile may have thousands of characters."""

# A » after a capital Ã or Â closes a quotation.
UTF_8_READ_AS_LATIN_1 = r"[ÃÂ][\x{80}-\x{BA}\x{BC}-\x{BF}]|Ã[œŸŒŠšŽžƒ‰€™]|â€"
DAMAGED = rf"{UTF_8_READ_AS_LATIN_1}|\x{{FFFD}}|[\x{{80}}-\x{{9F}}]"
"""Text read in the wrong encoding, a character that was lost, or a C1 control character."""

HTML_LINK = r"(?i)<a\s+[^>]*>|href\s*=\s*\S+"
QUALITIES = (
    "Needs Vote",
    "Correct",
    "Complete and Correct",
    "Needs Minor Changes",
    "Needs Major Changes",
    "Entirely Incorrect",
    "Entirely Incorrect Edit",
)


def is_blank(column: str) -> str:
    """Return the condition that a text is missing, or has nothing that can be seen."""
    is_seen = f"{column} >= '!' AND {column} < '~'"
    return (
        rf"{column} IS NULL "
        rf"OR (NOT ({is_seen}) AND regexp_full_match({column}, '[\s\pZ\p{{Cf}}]+'))"
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition on the rows of a table, in SQL, that good rows do not meet.

    `value` is what a finding shows of the row. NULL is not met. `limit` is the share of the
    table's rows up to which findings are usual: judged by the samples where they have any.
    `rows` is a query for what has to be joined or counted before. It has a range of ids from
    `$first` to `$last`, and `$month`, the month; `ids` are queries of those ids in all tables it
    reads many rows of. `within` names the columns that say whose rows decide, as `table.column`:
    then only records are looked at whose rows changed in those tables. For rows that other records
    decide on too, `others` are queries of the records that those changed something for.
    """

    name: str
    table: str
    condition: str
    value: str
    reason: str
    limit: float
    rows: str = ""
    ids: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def is_of_row(self) -> bool:
        """Whether a finding depends on nothing but its row, and not on the month either."""
        return not self.rows and "$month" not in self.condition + self.value

    @property
    def shown(self) -> str:
        """The SQL of what a finding shows."""
        return f"coalesce(left(({self.value})::VARCHAR, {VALUE_CHARACTERS}), '')"

    @property
    def query(self) -> str:
        """Return the SQL that gives each finding once."""
        source = f"({self.rows})" if self.rows else f"discogs.{self.table}"
        month = "" if self.rows else "month = $month AND "
        return (
            f"SELECT DISTINCT '{self.table}' AS \"table\", "
            f"{record_column(self.table)} AS record_id, '{self.name}' AS rule, "
            f"{self.shown} AS value "
            f"FROM {source} AS rows WHERE {month}({self.condition})"
        )


def damaged_text(table: str, column: str) -> Rule:
    return Rule(
        f"{table}_{column}_damaged",
        table,
        f"strlen({column}) <> length({column}) AND regexp_matches({column}, '{DAMAGED}')",
        column,
        "A text with such signs was pasted in the wrong encoding: searching for it as it is "
        "printed does not find it.",
        0.001,
    )


def html_link(table: str, column: str) -> Rule:
    return Rule(
        f"{table}_{column}_html",
        table,
        f"(contains({column}, '<') OR contains({column}, '=')) "
        f"AND regexp_matches({column}, '{HTML_LINK}')",
        f"regexp_extract({column}, '{HTML_LINK}')",
        "Discogs shows HTML as plain text: its own markup for a link is [url=…].",
        0.005,
    )


def unknown_quality(table: str) -> Rule:
    known = ", ".join(f"'{name}'" for name in QUALITIES)
    return Rule(
        f"{table}_data_quality",
        table,
        f"data_quality IS NULL OR data_quality NOT IN ({known})",
        "data_quality",
        "Voters rate every entry; without a rating, or with another than the seven there are, "
        "the dump has changed.",
        0.001,
    )


def do_not_use(table: str) -> Rule:
    return Rule(
        f"{table}_do_not_use",
        table,
        "regexp_matches(name, '(?i)do not use') OR regexp_matches(profile, 'DO NOT USE')",
        "name",
        "Editors write DO NOT USE into an entry that was made by mistake; what is linked to it "
        "belongs to other entries.",
        0.03,
    )


def number_one(table: str) -> Rule:
    return Rule(
        f"{table}_name_number",
        table,
        "name LIKE '% (1)'",
        "name",
        "The first entry of a name has no number and the next is (2): a (1) is a second entry "
        "for the same, or was typed.",
        0.001,
    )


def no_name(table: str, column: str = "name", limit: float = 0.0001) -> Rule:
    return Rule(
        f"{table}_without_{column}",
        table,
        is_blank(column),
        column,
        f"Without a {column} nobody finds it; a no-break space alone looks like one and is none.",
        limit,
    )


def credit_without_name(table: str) -> Rule:
    return Rule(
        f"{table}_without_name",
        table,
        is_blank("artist_name"),
        "concat_ws(' ', 'credit', sequence, role)",
        "A credit names its artist, also where it is not linked to one.",
        0.0001,
    )


def image_size(record: str) -> Rule:
    return Rule(
        f"{record}_image_size",
        f"{record}_image",
        "width IS NULL OR height IS NULL OR width < 1 OR height < 1 "
        "OR greatest(width, height) > 10000",
        "concat_ws(' x ', coalesce(width::VARCHAR, '?'), coalesce(height::VARCHAR, '?'))",
        "Discogs scales images to about 600 pixels: nothing, less than nothing or more than "
        "10,000 is no image.",
        0.001,
    )


def video_length(record: str) -> Rule:
    return Rule(
        f"{record}_video_length",
        f"{record}_video",
        "duration_s IS NULL OR duration_s NOT BETWEEN 1 AND 12 * 3600",
        "duration_s",
        "A video of 0 seconds is gone or a live stream, one of more than 12 hours is longer than "
        "YouTube takes.",
        0.005,
    )


def video_address(record: str) -> Rule:
    return Rule(
        f"{record}_video_address",
        f"{record}_video",
        r"uri IS NULL OR NOT regexp_full_match(uri, '(?i)https?://\S+')",
        "uri",
        "A video is a web address, which begins with http:// or https:// and has no blank in it.",
        0.001,
    )


def url_form(record: str) -> Rule:
    return Rule(
        f"{record}_url_form",
        f"{record}_url",
        r"url IS NULL OR NOT regexp_full_match(url, '(?i)(https?|ftp)://\S+')",
        "url",
        "Without http:// or with blanks and words around it, an address is no link: the page "
        "shows it as text.",
        0.05,
    )
