"""Which dumps are deleted, and when."""
