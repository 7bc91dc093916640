"""ListenBrainz as a part of the platform: where its dumps are, and how users are numbered.

Nothing is asked of the publisher before its use.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from discogs_assets.display.progress import Progress
from discogs_assets.sources.listenbrainz_dumps.lake import open_lake
from discogs_assets.sources.listenbrainz_dumps.place import Place, open_folder
from discogs_assets.sources.listenbrainz_dumps.users import users_of
from discogs_assets.sources.listenbrainz_dumps.views import can_show, create_views
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.store import Store
from discogs_assets.warehouse.database import Warehouse

if TYPE_CHECKING:
    from discogs_assets.sources.listenbrainz_dumps.month import MonthImport, Wanted

URL = "https://data.metabrainz.org/pub/musicbrainz/listenbrainz/"
USER_AGENT = f"discogs-assets/{version('discogs-assets')}"


@dataclass(frozen=True)
class ListenBrainzSettings:
    """Where the dumps are, and the secret that keys the numbers of users.

    Without a salt the store has its own.
    """

    url: str = URL
    salt: str = field(default="", repr=False)


@dataclass(frozen=True)
class ListenBrainz:
    """The published dumps, and the lake of their listens."""

    store: Store
    warehouse: Warehouse
    settings: ListenBrainzSettings

    @cached_property
    def place(self) -> Place:
        url = self.settings.url
        if not url.startswith(("http://", "https://")):
            return open_folder(url)
        from discogs_assets.sources.listenbrainz_dumps.site import open_site

        return open_site(url, USER_AGENT)

    @cached_property
    def lake(self) -> Lake:
        return open_lake(self.store)

    def month_import(
        self, wanted: "Wanted", progress: Progress, memory: int, *, with_user_ids: bool
    ) -> "MonthImport":
        """Return the import of a month; DuckDB gets `memory` bytes for it."""
        # What asks a site takes a tenth of a second to load: most commands need none of it.
        from discogs_assets.sources.listenbrainz_dumps.members import DumpFiles
        from discogs_assets.sources.listenbrainz_dumps.month import MonthImport

        users = users_of(self.store, self.settings.salt, is_plain=with_user_ids)
        files = DumpFiles(self.place, self.store, progress)
        return MonthImport(files, self.lake, users, memory, wanted, self.show)

    @property
    def show(self) -> Callable[[Lake], None]:
        """What makes the views of the warehouse anew; nothing where DuckDB cannot read the lake."""
        return self.show_in_warehouse if can_show(self.store) else lambda _lake: None

    def show_in_warehouse(self, lake: Lake) -> None:
        with self.warehouse.writer() as connection:
            create_views(connection, lake)
