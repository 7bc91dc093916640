"""Values, dates, sizes and durations as text."""

from datetime import date

LONGEST = 60
"""Characters of a cell; what is cut off ends with an ellipsis."""


def readable(value: object) -> str:
    """Return a value as one line of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, bytes):
        # Four bytes make a character at most.
        value = value[: 4 * LONGEST].decode(errors="backslashreplace")
    if isinstance(value, list):
        value = ", ".join(readable(member) for member in value)
    return " ".join(str(value).split())


def cut(text: str, longest: int = LONGEST) -> str:
    """Return a text, or as much of it as there is room for, with an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def dump_day(day: date) -> str:
    """Return which dump is meant for people: its month, or its date when it is not of the first."""
    return f"{day:%Y-%m}" if day.day == 1 else f"{day}"


def size(count: float) -> str:
    """Return a number of bytes for people."""
    if abs(count) < 1000:
        return f"{count:.0f} B"
    amount, units = count / 1000, ["kB", "MB", "GB", "TB"]
    while abs(amount) >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.1f} {units[0]}"


def per_second(count: int, seconds: float) -> int:
    """Return a rate, also of what took no time to speak of."""
    return round(count / max(seconds, 1e-3))


def duration(seconds: float) -> str:
    """Return a time for people: `45 s`, `3:20 min` or `1:05 h`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02} min"
    return f"{minutes // 60}:{minutes % 60:02} h"
