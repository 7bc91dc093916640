"""The engine of a dump source: list, download, publish, load; it knows no publisher."""
