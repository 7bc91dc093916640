"""Open the place where MusicBrainz publishes, by its address."""

from importlib.metadata import version

from discogs_assets.errors import SettingError
from discogs_assets.sources.dumps.catalogue import Catalogue
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.musicbrainz_dumps.publication import SETTING
from discogs_assets.storage.urls import redact_url

USER_AGENT = f"discogs-assets/{version('discogs-assets')}"


def open_catalogue(
    publication: Publication, url: str, *, longest_wait_s: float = 7200.0
) -> Catalogue:
    """Return the catalogue at a web site, a folder or a `file://` address."""
    scheme = url.partition("://")[0].lower() if "://" in url else "file"
    if scheme in ("http", "https"):
        from discogs_assets.sources.musicbrainz_dumps.publisher.site import SiteCatalogue

        return SiteCatalogue.open(publication, url, USER_AGENT, longest_wait_s)
    if scheme == "file":
        from discogs_assets.sources.musicbrainz_dumps.publisher.folder import FolderCatalogue

        return FolderCatalogue.open(publication, url)
    raise SettingError(f"{SETTING}: expected https://… or a folder, found {redact_url(url)!r}")
