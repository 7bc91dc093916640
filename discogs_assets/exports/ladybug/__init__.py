"""The graph as one Ladybug file."""
