"""What PostgreSQL has of Discogs: a table a dump type, and the indexes that make it quick."""

from collections.abc import Mapping

from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.sink_state import NOTES

NOTES_TABLE = f"""
CREATE TABLE IF NOT EXISTS {NOTES} (dump_type text PRIMARY KEY, held jsonb NOT NULL)"""

SEARCHED_LETTERS = 50_000
"""How much of a name or title is searched for words: a tsvector has room for a megabyte of words
and their places, which take up to four times the bytes of a text."""

HAS_SEARCH = f"""
SELECT count(*) FROM pg_attribute JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = to_regclass(%s) AND attname = 'search'
AND pg_get_expr(adbin, adrelid) LIKE '%%{SEARCHED_LETTERS}%%'"""

IS_THERE = "SELECT to_regclass(%s) IS NOT NULL"
OURS = "Made by discogs-assets"
"""What the comment of a table begins with whose rows an export may replace."""

IS_OURS = f"""
SELECT coalesce(obj_description(to_regclass(%s), 'pg_class') LIKE '{OURS}%%', false)"""

QUICK = "SET LOCAL maintenance_work_mem = '256MB'"
HAS_LZ4 = """
SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"""
LZ4 = "SET LOCAL default_toast_compression = 'lz4'"
"""Most documents are compressed: by PostgreSQL's own method in several times the time."""

TRIGRAMS = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
"""Without its index a search within a title reads the whole table."""


def create_table(dump_type: str) -> str:
    return (
        f"CREATE TABLE IF NOT EXISTS {dump_type} (data_id VARCHAR PRIMARY KEY, "
        "hash VARCHAR NOT NULL, data JSONB NOT NULL)"
    )


def mark(dump_type: str) -> str:
    """Return the statement that tells whose a table is."""
    return f"COMMENT ON TABLE {dump_type} IS '{OURS}: each export replaces its rows'"


def add_search(dump_type: str) -> str:
    """Return the statement that gives a table the words of the name or title, as they are.

    Names are in all languages, so none's endings are taken off. It keeps readers out: not for a
    table that has the column.
    """
    text = f"left(coalesce(data->>'{DOCUMENTS[dump_type].searched}', ''), {SEARCHED_LETTERS})"
    return (
        f"ALTER TABLE {dump_type} DROP COLUMN IF EXISTS search, ADD COLUMN search tsvector "
        f"GENERATED ALWAYS AS (to_tsvector('simple', {text})) STORED"
    )


def indexes(dump_type: str) -> Mapping[str, str]:
    """Return the indexes of a dump type, by name: what each is on.

    Equality is by hash: some names are longer than a B-tree takes.
    """
    document = DOCUMENTS[dump_type]
    searched = f"(data->>'{document.searched}')"
    definitions = {
        document.searched: f"USING hash ({searched})",
        f"{document.searched}_part": f"USING gin ({searched} gin_trgm_ops)",
        "search": "USING gin (search)",
    }
    definitions |= {
        name: f"USING gin ((data->'{name}') jsonb_path_ops)" for name in document.listed
    }
    definitions |= {name: f"USING btree (((data->>'{name}')::int))" for name in document.numbers}
    return {f"{dump_type}_{name}": on for name, on in definitions.items()}
