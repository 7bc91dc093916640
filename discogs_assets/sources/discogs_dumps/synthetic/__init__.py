"""Made-up Discogs dumps of any size, in the shapes of 2017, 2020 and 2026, the same every time.

The dump of a month, from a Python prompt:

>>> from datetime import date
>>> from pathlib import Path
>>> from discogs_assets.sources.discogs_dumps.synthetic import Sizes, write_dump
>>> files = write_dump(Path("dumps"), date(2026, 1, 1), Sizes.around("releases", 1_000))
"""

from discogs_assets.sources.discogs_dumps.synthetic.eras import ERAS
from discogs_assets.sources.discogs_dumps.synthetic.files import write_dump, write_dump_file
from discogs_assets.sources.discogs_dumps.synthetic.ids import Sizes
from discogs_assets.sources.discogs_dumps.synthetic.records import iter_records

__all__ = ["ERAS", "Sizes", "iter_records", "write_dump", "write_dump_file"]
