"""Commands that only read, and start without Dagster: what they ask and how they print it."""
