"""Where dumps are published; nothing is asked before its use."""

from functools import cached_property
from importlib.metadata import version

from discogs_assets.sources.discogs_dumps.publisher.catalogue import open_catalogue
from discogs_assets.sources.dumps.catalogue import Catalogue
from discogs_assets.storage.s3_clients import reading_client

USER_AGENT = f"discogs-assets/{version('discogs-assets')}"

NO_WAIT_S = -1.0
"""Less than any wait: a site may ask to wait 0 s, and that would be one more request."""


class PublishedDumps:
    """Where dumps are published; a catalogue serves a whole process, so that it stays polite."""

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def catalogue(self) -> Catalogue:
        return open_catalogue(self.url, s3_client=reading_client, user_agent=USER_AGENT)

    @cached_property
    def prompt_catalogue(self) -> Catalogue:
        """The same for a look that cannot wait: a busy publisher is an error at once."""
        return open_catalogue(
            self.url,
            s3_client=reading_client,
            user_agent=USER_AGENT,
            longest_wait_s=NO_WAIT_S,
        )
