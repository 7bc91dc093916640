"""Tables in Markdown hold whatever a cell says."""

import pytest

from discogs_assets.display.markdown import cell, code, markdown_table


def test_a_table() -> None:
    rows = [("a|b", 1200, None), (code("c"), 3, True)]
    assert markdown_table(["name", "rows", "new"], rows, "lrc") == (
        "| name | rows | new |\n|---|---:|:---:|\n| a\\|b | 1200 |  |\n| `c` | 3 | true |"
    )


def test_a_table_without_rows_has_its_head() -> None:
    assert markdown_table(["name"], [], "l") == "| name |\n|---|"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (False, "false"),
        (0, "0"),
        ("two\r\nlines,\ta tab ", "two lines, a tab"),
        ("<b>A & B</b>", "&lt;b&gt;A &amp; B&lt;/b&gt;"),
        ("&lt;", "&amp;lt;"),
        ("`x` *y* _z_ ~w~", r"\`x\` \*y\* \_z\_ \~w\~"),
        ("[a=Name](there)", r"\[a=Name\](there)"),
        ("a\\|b", r"a\\\|b"),
        (["LP", None, "Album\n2"], "LP, , Album 2"),
        (b"<artist>\xff\n</artist>", r"&lt;artist&gt;\\xff &lt;/artist&gt;"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("|" * 61, r"\|" * 59 + "…"),
        (b"x" * 1_000_000, "x" * 59 + "…"),
    ],
)
def test_a_cell_is_one_escaped_line(value: object, shown: str) -> None:
    assert cell(value) == shown
