"""What DuckDB's errors mean to a person, and what to do."""

import duckdb

from discogs_assets.errors import (
    WarehouseDamageError,
    WarehouseError,
    WarehouseLockedError,
    WarehouseMemoryError,
)

DAMAGE = ("Corrupt database file", "Could not read enough bytes")
"""What DuckDB (1.5.5) says of flipped bits and of files that were cut."""


def not_opened(where: str, error: duckdb.Error, waited_s: float) -> WarehouseError:
    """Return what tells a person why a file cannot be opened; it was waited for so long."""
    if "Could not set lock" in str(error):
        return WarehouseLockedError(
            f"{where}: another process has it open; it is waited for {waited_s:g} s: close it "
            f"there, and run again if need be ({error})"
        )
    if is_damage(error):
        return damaged(where, error)
    advice = (
        "; it is no DuckDB file: set DISCOGS_WAREHOUSE to another, or put it elsewhere and import "
        "again; what the lake has no more is in it alone"
        if "not a valid DuckDB database" in str(error)
        else ""
    )
    return WarehouseError(f"{where}: cannot be opened: {error}{advice}")


def is_damage(error: duckdb.Error) -> bool:
    return any(said in str(error) for said in DAMAGE)


def damaged(where: str, error: duckdb.Error) -> WarehouseDamageError:
    return WarehouseDamageError(
        f"{where}: damaged: {first_line(error)}; run discogs-assets import --repair: it loads "
        "what the lake has into a new file, and keeps this one under another name"
    )


def not_used(where: str, error: duckdb.Error) -> WarehouseError:
    """Return what tells a person why a file that is open cannot be read or written any more."""
    if is_damage(error):
        return damaged(where, error)
    return WarehouseError(f"{where}: cannot be written: {error}; is the disk full?")


def too_little_memory(where: str, error: duckdb.OutOfMemoryException) -> WarehouseMemoryError:
    """Return what tells a person that DuckDB needs more memory, and what to do."""
    return WarehouseMemoryError(
        f"{where}: DuckDB may take too little memory: {first_line(error)}; what was loaded stays: "
        "set DISCOGS_MEMORY to more, and run again to go on from there"
    )


def first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]
