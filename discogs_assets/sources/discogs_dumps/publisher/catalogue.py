"""Open the place where Discogs publishes, by its address."""

from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING

from discogs_assets.errors import SettingError
from discogs_assets.sources.dumps.catalogue import Catalogue
from discogs_assets.storage.s3_clients import reading_client
from discogs_assets.storage.urls import redact_url

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

USER_AGENT = f"discogs-assets/{version('discogs-assets')}"


def open_catalogue(
    url: str,
    *,
    s3_client: Callable[[], "S3Client"] = reading_client,
    user_agent: str = USER_AGENT,
    pause_s: float = 5.0,
    longest_wait_s: float = 7200.0,
) -> Catalogue:
    """Return the catalogue at a web site, `s3://bucket/prefix`, a folder or `file://` address.

    A web site is asked every `pause_s`; its listings wait when it asks for it, but not longer
    than `longest_wait_s`.
    """
    scheme = url.partition("://")[0].lower() if "://" in url else "file"
    if scheme in ("http", "https"):
        from discogs_assets.sources.discogs_dumps.publisher.site import SiteCatalogue

        return SiteCatalogue.open(url, user_agent, pause_s, longest_wait_s)
    if scheme == "s3":
        from discogs_assets.sources.discogs_dumps.publisher.s3 import S3Catalogue

        return S3Catalogue.open(url, s3_client)
    if scheme == "file":
        from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
        from discogs_assets.sources.dumps.folder import FolderCatalogue

        return FolderCatalogue.open(PUBLICATION, url)
    raise SettingError(
        "DISCOGS_DUMPS_URL: expected https://…, s3://bucket/prefix or a folder, "
        f"found {redact_url(url)!r}"
    )
