"""Which record a row of a table belongs to."""

RECORDS = ("artist", "label", "master", "release")


def record_column(table: str) -> str:
    """Return the column of a table that says which record a row belongs to."""
    if table in RECORDS:
        return "id"
    return "group_artist_id" if table == "group_member" else f"{record_of(table)}_id"


def record_of(table: str) -> str:
    """Return the kind of record whose rows a table has."""
    return "artist" if table == "group_member" else table.partition("_")[0]
