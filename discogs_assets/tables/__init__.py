"""A table as data: its declaration, what is expected of its rows, what a check says."""
