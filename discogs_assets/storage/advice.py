"""What to run when the lake lacks a dump or has a damaged one: in this one place."""

from collections.abc import Callable
from datetime import date

from discogs_assets.display.text import dump_day

Command = Callable[[str, date], str]
"""The command that publishes a dump of a group again."""


def import_command(group: str, month: date) -> str:
    return f"discogs-assets import --types {group} --year-month {dump_day(month)}"


def repair_command(group: str, month: date) -> str:
    return f"discogs-assets import --repair --types {group} --year-month {dump_day(month)}"
