"""DuckDB: load a month, keep row versions, show views, check tables, find lineage."""
