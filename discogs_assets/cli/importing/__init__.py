"""The import of a month, and its repair: what it will take, its Dagster run, what it prints."""
