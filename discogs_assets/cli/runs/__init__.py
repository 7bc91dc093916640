"""Commands that make a Dagster run, or queue runs for the daemon."""
