"""Errors that nothing else has caught, most likely bugs: a sentence, and a traceback in a file."""

import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path


def report(error: Exception) -> str:
    """Write the traceback to a file; return a sentence on the error and that file."""
    first_line = str(error).strip().partition("\n")[0]
    summary = f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__
    try:
        where = f"the traceback is in {write(error)}: please report it with that file"
    except OSError as write_error:
        traceback.print_exception(error, file=sys.stderr)
        where = (
            f"the traceback above could not be written to a file ({write_error}): please report it"
        )
    return f"unexpected error: {summary}; published data stays; {where}"


def write(error: Exception) -> Path:
    name = f"discogs-assets-{datetime.now(UTC):%Y%m%dT%H%M%S}-"
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix=name, suffix=".txt", delete=False
    ) as file:
        traceback.print_exception(error, file=file)
    return Path(file.name)
