"""Where dumps are published; nothing is asked before its use."""

from functools import cached_property

from discogs_assets.sources.dumps.catalogue import Catalogue
from discogs_assets.sources.dumps.source import OpenCatalogue

NO_WAIT_S = -1.0
"""Less than any wait: a site may ask to wait 0 s, and that would be one more request."""


class PublishedDumps:
    """Where dumps are published; a catalogue serves a whole process, so that it stays polite."""

    def __init__(self, url: str, open_catalogue: OpenCatalogue) -> None:
        self.url, self.open_catalogue = url, open_catalogue

    @cached_property
    def catalogue(self) -> Catalogue:
        return self.open_catalogue(self.url)

    @cached_property
    def prompt_catalogue(self) -> Catalogue:
        """The same for a look that cannot wait: a busy publisher is an error at once."""
        return self.open_catalogue(self.url, longest_wait_s=NO_WAIT_S)
