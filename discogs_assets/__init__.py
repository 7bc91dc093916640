"""Turn the monthly Discogs data dumps into tables people query."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from discogs_assets.definitions.component import DiscogsDumps as DiscogsDumps

__all__ = ["DiscogsDumps"]


def __dir__() -> list[str]:
    """Name what is imported late, too: Dagster lists the components of a module by it."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Import the component when it is asked for: it needs Dagster, which takes seconds."""
    if name == "DiscogsDumps":
        from discogs_assets.definitions.component import DiscogsDumps

        return DiscogsDumps
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
