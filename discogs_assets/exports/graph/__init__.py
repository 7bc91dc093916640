"""Records as nodes and relationships."""
