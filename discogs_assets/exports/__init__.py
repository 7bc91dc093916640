"""Exports: what other systems are fed with, and how each of them is kept in step."""
