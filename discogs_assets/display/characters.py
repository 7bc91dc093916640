"""Standard output and errors take every character, whatever the locale; data goes out as UTF-8."""

import codecs
import io
import os
import sys
from pathlib import Path
from typing import TextIO

from discogs_assets.errors import QueryError, SettingError

SHOWN = "discogs_assets.shown"
"""The name of the error handler for characters that an encoding has not."""

ALIKE = {
    **dict.fromkeys("┌┐└┘├┤┬┴┼╷╵╶╴", "+"),
    **dict.fromkeys("─━–—−╺╸", "-"),
    **dict.fromkeys("│┃", "|"),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("“”„", '"'),
    "…": "~",
    "·": ".",
    "•": "*",
    "×": "x",
}
"""A sign of the same width for those that tables are drawn with; `?` stands for all others."""

SPINNER = {chr(one) for one in range(0x2800, 0x2900)}
"""The dots that turn while a step is at work."""


def shown(error: UnicodeError) -> tuple[str, int]:
    """Replace characters one by one, so that columns of a table stay under their heads."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join("*" if one in SPINNER else ALIKE.get(one, "?") for one in text), error.end


codecs.register_error(SHOWN, shown)


def show_all_characters() -> None:
    """Let no character be an error on standard output and standard error from here on.

    Where one of them is closed, as by some schedulers, it takes what is printed and drops it.
    """
    sys.stdout = sys.stdout or nowhere()
    sys.stderr = sys.stderr or nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=SHOWN)


def nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def refuse_unnameable(name: str, path: Path) -> None:
    """Raise SettingError for a path that DuckDB and others would call otherwise than Python."""
    encoding = sys.getfilesystemencoding()
    if encoding != "utf-8" and not str(path).isascii():
        raise SettingError(
            f"{name}: expected a path of ASCII letters, found {path}, in a locale whose files have "
            f"names in {encoding}; run with LC_ALL=C.UTF-8 or PYTHONUTF8=1"
        )


def data_output() -> TextIO:
    """Return standard output for a data format: as UTF-8, whatever a terminal would show."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors=SHOWN)
    return sys.stdout


def read_query() -> str:
    """Return what stands on standard input: UTF-8 if it is that, else as the locale has it."""
    if not isinstance(sys.stdin, io.TextIOWrapper):
        return str(sys.stdin.read())
    text: bytes = sys.stdin.buffer.read()
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return decoded(text, sys.stdin.encoding)


def decoded(text: bytes, encoding: str) -> str:
    try:
        return text.decode(encoding)
    except UnicodeDecodeError as error:
        raise QueryError(
            f"standard input: expected a query as UTF-8, found {text[error.start]:#x} "
            f"at byte {error.start}; save it as UTF-8"
        ) from None
