"""The sinks, a folder each, and what they share."""
