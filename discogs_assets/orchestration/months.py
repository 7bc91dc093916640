"""Where the months begin: of all dumps, and in the Dagster UI."""

from datetime import date

FIRST_DUMP = date(2008, 3, 1)
"""The month of the first dump."""

FIRST_SHOWN = date(2026, 1, 1)
"""Where the months in the Dagster UI begin unless DISCOGS_FIRST_MONTH says another: few, and of
which most are wanted."""
