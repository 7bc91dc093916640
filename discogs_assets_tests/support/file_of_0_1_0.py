"""A DuckDB file as release 0.1.0 wrote it: `discogs.loaded_month` has no column "schema"."""

from pathlib import Path

import duckdb

STATEMENTS = """
CREATE SCHEMA discogs;
CREATE SCHEMA history;
CREATE SCHEMA monthly;
CREATE TABLE discogs.loaded_month (
    "table" VARCHAR, month DATE, source VARCHAR, is_full BOOLEAN, rows BIGINT,
    made_with VARCHAR, is_shown BOOLEAN, loaded_at TIMESTAMPTZ DEFAULT now()
);
CREATE TABLE history."thing" (
    "id" INTEGER USING COMPRESSION bitpacking, "name" VARCHAR USING COMPRESSION fsst,
    "valid_from" DATE USING COMPRESSION rle, "valid_to" DATE USING COMPRESSION rle
);
INSERT INTO history.thing VALUES
    (1, 'a', '2026-01-01', '2026-02-01'), (2, 'b', '2026-01-01', NULL),
    (1, 'x', '2026-02-01', NULL);
INSERT INTO discogs.loaded_month ("table", month, source, is_full, rows, made_with, is_shown) VALUES
    ('thing', '2026-01-01', 'ab', true, 2, '', true),
    ('thing', '2026-02-01', 'xb', true, 2, '', true);
CREATE VIEW discogs."thing" AS
    SELECT "id", "name", DATE '2026-01-01' AS month FROM history."thing"
    WHERE valid_from <= DATE '2026-01-01' AND (valid_to IS NULL OR valid_to > DATE '2026-01-01')
    UNION ALL
    SELECT "id", "name", DATE '2026-02-01' AS month FROM history."thing"
    WHERE valid_from <= DATE '2026-02-01' AND (valid_to IS NULL OR valid_to > DATE '2026-02-01');
CREATE VIEW main."thing" AS
    SELECT "id", "name" FROM history."thing"
    WHERE valid_from <= DATE '2026-02-01' AND (valid_to IS NULL OR valid_to > DATE '2026-02-01');
COMMENT ON TABLE history."thing" IS 'Things that somebody''s tests count.';
COMMENT ON VIEW main."thing" IS 'Things that somebody''s tests count. Of 2026-02.';
"""
"""Made with `small_table.load` of January, `ab`, and February, `xb`."""


def write_file(path: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute(STATEMENTS)
