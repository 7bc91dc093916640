"""What docs/exports.md says of the exports, for tests to try."""

import re

from discogs_assets_tests.support.checkout import CHECKOUT

EXPORTS = CHECKOUT / "docs" / "exports.md"


def query_of(system: str) -> str:
    """Return the query that the table of exports has for a system."""
    [row] = re.findall(rf"^\| {system} \| (.*) \|$", EXPORTS.read_text(), re.M)
    query: str = row.rpartition(" | ")[2]
    ticks = "``" if query.startswith("``") else "`"
    return query.removeprefix(ticks).removesuffix(ticks)


def systems() -> dict[str, str]:
    """Return the variable of each system in that table."""
    return dict(re.findall(r"^\| (\w+) \| `([A-Z0-9_]+)` \| .* \|$", EXPORTS.read_text(), re.M))
