"""Whether what was published is still what it was."""
