"""Indented XML, as some tools write it."""

import re

BETWEEN_TAGS = re.compile(rb"(?<=>)(?=<)")


def indent(record: bytes) -> bytes:
    """Return a record with each element on a line of its own; text stays as it is."""
    lines: list[bytes] = []
    depth, is_open = 1, False
    for token in BETWEEN_TAGS.split(record):
        if token.startswith(b"</"):
            depth -= 1
            lines.append(token if is_open else b"\n" + b"  " * depth + token)
        else:
            lines.append(b"\n" + b"  " * depth + token)
        is_open = not (token.endswith(b"/>") or b"</" in token)
        depth += is_open
    return b"".join(lines)[1:]
