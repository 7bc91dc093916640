"""Answers to HTTP requests for a range of a file."""

from collections.abc import Iterator
from http import HTTPStatus

import requests

from discogs_assets.errors import DownloadError, SourceError
from discogs_assets.sources.dumps.catalogue import CHUNK_BYTES, Reading
from discogs_assets.sources.dumps.origin import Origin
from discogs_assets.sources.http import explained_errors


def describe_reading(
    response: requests.Response, offset: int, where: str, setting: str = "DISCOGS_DUMPS_URL"
) -> Reading:
    """Return what an answer holds: the rest, all of it, or nothing because nothing is left."""
    if response.status_code == HTTPStatus.OK:
        total = parse_count(response.headers.get("Content-Length", ""))
        origin = origin_of(response, total)
        return Reading(iter_raw(response, where), 0, total, is_whole=False, origin=origin)
    total = parse_count(response.headers.get("Content-Range", "").rpartition("/")[2])
    if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return Reading(iter(()), offset, total, is_whole=True, origin=origin_of(response, total))
    check_rest(response, offset, where, setting)
    origin = origin_of(response, total)
    return Reading(iter_raw(response, where), offset, total, is_whole=False, origin=origin)


def parse_count(value: str) -> int | None:
    return int(value) if value.isdecimal() else None


def check_rest(response: requests.Response, offset: int, where: str, setting: str) -> None:
    """Raise the error of a partial answer that is not the rest from `offset` on."""
    found = response.headers.get("Content-Range", "")
    if found.removeprefix("bytes ").partition("-")[0].strip() != str(offset):
        raise SourceError(
            f"{where}: expected a part from byte {offset} on, found Content-Range {found!r}; "
            "remove the partial file to download it from its start"
        )
    if response.headers.get("Content-Type", "").startswith("text/html"):
        raise DownloadError(
            f"{where}: expected the rest of a dump, found a part of a web page; try later, or "
            f"check {setting}"
        )


def iter_raw(response: requests.Response, where: str) -> Iterator[bytes]:
    """Yield the body's bytes as sent: a `Content-Encoding` of the `.gz` is not undone."""
    with explained_errors(where):
        yield from response.raw.stream(CHUNK_BYTES, decode_content=False)


def origin_of(response: requests.Response, total: int | None) -> Origin:
    headers = response.headers
    return Origin(headers.get("ETag", ""), headers.get("Last-Modified", ""), total)
