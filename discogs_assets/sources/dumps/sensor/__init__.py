"""When a new dump is imported, and what is told of it."""
