"""What no other place has caught: a fault of this program, or something nobody thought of."""

import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path


def told(error: Exception) -> str:
    """Write the traceback to a file; return a sentence that says what happened, and where it is."""
    first = str(error).strip().partition("\n")[0]
    said = f"{type(error).__name__}: {first}" if first else type(error).__name__
    try:
        where = f"the traceback is in {write(error)}: please report it with that file"
    except OSError as refused:
        traceback.print_exception(error, file=sys.stderr)
        where = f"the traceback above could not be written to a file ({refused}): please report it"
    return f"unexpected: {said}; what was published stays; {where}"


def write(error: Exception) -> Path:
    """Write a traceback to a new file in the folder of temporary files."""
    name = f"discogs-assets-{datetime.now(UTC):%Y%m%dT%H%M%S}-"
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix=name, suffix=".txt", delete=False
    ) as file:
        traceback.print_exception(error, file=file)
    return Path(file.name)
