r"""Macros that read no table: names, numbers and lengths as people want to see or compare them.

`\d` of DuckDB's regular expressions is 0 to 9 alone.
"""

from discogs_assets.warehouse.ready_made import Macro

JOIN = "if(coalesce(join_string, ',')[1] = ',', '', ' ') || coalesce(join_string, ',') || ' '"
LINE = f"""list_sort(
    list({{n: sequence, name: printed_name(artist_name, anv), joined: {JOIN}}})
    FILTER (printed_name(artist_name, anv) IS NOT NULL)
)"""

MACROS = (
    Macro(
        "display_name",
        ("name",),
        "A name without the number that tells it from others, such as ` (3)`.",
        r"regexp_replace(name, ' \(\d+\)$', '')",
        "display_name('Nirvana (2)')",
    ),
    Macro(
        "printed_name",
        ("artist_name", "anv"),
        "The name of an artist as printed: `anv`, or else `display_name`.",
        "coalesce(anv, display_name(artist_name))",
        "printed_name(artist_name, anv)",
    ),
    Macro(
        "artist_line",
        ("artist_name", "anv", "join_string", "sequence"),
        "All artists of a group of rows in one line, as printed; an aggregate. Without "
        "`join_string` there is a comma.",
        f"left(array_to_string(list_transform({LINE}, lambda x: x.name || x.joined), ''), "
        f"-length({LINE}[-1].joined))",
        "artist_line(artist_name, anv, join_string, sequence)",
    ),
    Macro(
        "in_order",
        ("value", "sequence"),
        "The values of a group of rows as a list in the order of `sequence`; an aggregate.",
        "list_transform(list_sort(list({n: sequence, v: value})), lambda x: x.v)",
        "in_order(genre, sequence)",
    ),
    Macro(
        "format_line",
        ("name", "qty", "descriptions", "text_string"),
        "A format in one line, such as `2 x Vinyl, LP, Album, Red`.",
        "concat_ws(', ', if(qty <> '1', qty || ' x ', '') || name, "
        "array_to_string(descriptions, ', '), text_string)",
        "format_line(name, qty, descriptions, text_string)",
    ),
    Macro(
        "roles",
        ("role",),
        "The roles of a credit as a list; commas inside square brackets do not separate.",
        r"list_transform(regexp_extract_all(role, '(?:[^,\[]|\[[^\]]*\]|\[)+'), "
        "lambda x: trim(x))",
        "roles('Guitar, Vocals [Lead, Backing]')",
    ),
    Macro(
        "duration_s",
        ("duration",),
        "Seconds of a length such as `4:05` or `1:02:03`; NULL for all that has another form.",
        r"""CASE
    WHEN regexp_full_match(duration, '\d{1,3}:[0-5]\d')
        THEN split_part(duration, ':', 1)::INTEGER * 60 + right(duration, 2)::INTEGER
    WHEN regexp_full_match(duration, '\d{1,3}:[0-5]\d:[0-5]\d')
        THEN split_part(duration, ':', 1)::INTEGER * 3600
            + split_part(duration, ':', 2)::INTEGER * 60 + right(duration, 2)::INTEGER
END""",
        "duration_s('1:02:03')",
    ),
    Macro(
        "digits",
        ("code",),
        "The digits of a code without leading zeros, so that the twelve of a UPC equal the "
        "thirteen of its EAN; NULL when there are none.",
        "nullif(ltrim(regexp_replace(code, '[^0-9]', '', 'g'), '0'), '')",
        "digits('0 9362-47555-2 4')",
    ),
    Macro(
        "catno_sort",
        ("catno",),
        "A catalogue number to sort by: `ABC-12` comes after `abc2`. Numbers have 18 digits, "
        "letters are small, and there is a blank for all else and around numbers.",
        r"regexp_replace(trim(regexp_replace(regexp_replace(lower(catno), "
        r"'(\d+)', ' 00000000000000000\1 ', 'g'), '[^\pL\pN]+', ' ', 'g')), "
        r"'\d*(\d{18})', '\1', 'g')",
        "catno_sort('ABC-12')",
    ),
    Macro(
        "plain",
        ("text",),
        "A text in small letters without accents, to search by.",
        "lower(strip_accents(text))",
        "plain('Björk')",
    ),
    Macro(
        "discogs_url",
        ("kind", "id"),
        "The address of a record's page at Discogs; `kind` is `artist`, `label`, `master` or "
        "`release`.",
        "CASE WHEN kind IN ('artist', 'label', 'master', 'release') "
        "THEN 'https://www.discogs.com/' || kind || '/' || id "
        "ELSE error('discogs_url: kind is ' || coalesce(kind, 'NULL') || ', "
        "use artist, label, master or release') END",
        "discogs_url('release', 1)",
    ),
)
"""Each may use the ones before it."""
