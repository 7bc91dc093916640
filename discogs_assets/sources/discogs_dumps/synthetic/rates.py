"""How many of each a record has: a number is as likely as its weight."""

from discogs_assets.sources.discogs_dumps.synthetic.draw import weighted

TRACKS = weighted(
    {1: 8, 2: 40, 3: 12, 4: 22, 5: 9, 6: 8, 7: 4, 8: 8, 9: 9, 10: 20, 11: 14, 12: 22, 13: 9,
     14: 8, 15: 6, 16: 5, 18: 5, 20: 4, 24: 3, 30: 2, 44: 1}
)  # fmt: skip
CREDITS = weighted(
    {0: 100, 1: 34, 2: 22, 3: 20, 4: 16, 5: 12, 6: 11, 8: 13, 10: 10, 14: 10, 20: 6, 34: 2}
)
COMPANIES = weighted({0: 140, 1: 28, 2: 24, 3: 18, 4: 16, 5: 12, 7: 10, 9: 6, 12: 2})
IDENTIFIERS = weighted({0: 90, 1: 50, 2: 45, 3: 25, 4: 18, 6: 16, 8: 8, 12: 4})
RELEASE_VIDEOS = weighted({0: 208, 1: 16, 2: 10, 4: 9, 8: 9, 12: 3})
MASTER_VIDEOS = weighted({0: 100, 1: 24, 2: 20, 3: 20, 5: 26, 8: 28, 11: 28, 15: 22})
NOTE_LINES = weighted({0: 92, 1: 30, 2: 34, 3: 32, 5: 28, 8: 21, 14: 14, 24: 5})
MASTER_NOTE_LINES = weighted({0: 15, 1: 1})
PROFILE_LINES = weighted({0: 14, 1: 1, 2: 1})
SPELLINGS = weighted({0: 13, 1: 1, 2: 1, 3: 1})
ARTIST_URLS = weighted({0: 14, 1: 1, 2: 1})
LABEL_URLS = weighted({0: 13, 1: 1, 2: 1, 3: 1})
STYLES = weighted({0: 1, 1: 3, 2: 3, 4: 1})

MARKED = 0.02
"""The share of sentences with markup, so that about 7 % of the notes have an equals sign."""
ODD_CODES = 0.04
"""The share of barcodes and codes that are not as they should be."""
