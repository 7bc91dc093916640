"""What lies where in a bucket, below the prefix of the store.

S3 has no folders: a prefix is there as soon as an object is. Empty objects that stand for folders
are not made, for they would be listed, counted and billed as files.
"""

RAW, EXTRACTED, PROCESSED, FEATURES = "raw/", "lake/", "processed/", "processed/features/"

PREFIXES = {
    RAW: "dump files as they were published",
    EXTRACTED: "extracted: the Parquet files of all tables, and their manifests",
    PROCESSED: "computed from the tables",
    FEATURES: "features for recommendation",
}

UPLOAD_PREFIXES = {
    "raw": (RAW,),
    "extracted": (EXTRACTED,),
    "processed": (PROCESSED,),
    "all": (RAW, EXTRACTED, PROCESSED),
}
"""What `lake upload --what` takes, as prefixes."""

LEVELS = 2
"""How many folders of a key tell what it is: `lake/discogs`."""


def group_of(key: str) -> str:
    """Return the first folders of a key below the store's prefix; "" for a file in none."""
    folders = key.split("/")[:-1][:LEVELS]
    return "".join(f"{folder}/" for folder in folders)
