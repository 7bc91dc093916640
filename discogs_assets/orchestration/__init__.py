"""What all assets share of Dagster: keys, conditions, partitions, checks, the instance."""
