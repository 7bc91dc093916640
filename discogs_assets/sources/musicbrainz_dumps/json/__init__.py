"""Reads a dump file: xz, tar, lines of JSON, Arrow tables."""
