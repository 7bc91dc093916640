"""Why a connection could not be made or broke off, in a few words."""

import re
from collections.abc import Iterator

from discogs_assets.errors import HostNotFoundError, TransientError

NO_ADDRESS = re.compile(r"Failed to resolve '([^']+)'")
"""How urllib3 says that a name has no address: its error has the name in its text only."""

OFFLINE = "is this machine online? `--source FOLDER` imports from a folder"


def connection_error(where: str, error: Exception) -> TransientError:
    """Return the error of this package for one of requests, botocore or urllib3."""
    if host := unknown_host(error):
        return HostNotFoundError(f"cannot find {host}: {OFFLINE}")
    return TransientError(f"{where}: the connection broke: {innermost(error)}")


def unknown_host(error: Exception) -> str:
    """Return the name that has no address; "" when something else is wrong."""
    found = (NO_ADDRESS.search(str(one)) for one in iter_causes(error))
    return next((match[1] for match in found if match), "")


def innermost(error: Exception) -> str:
    """Return what the first of all causes says; the errors around it only add to the length."""
    said = [text for one in iter_causes(error) if (text := shortest(one))]
    return said[-1] if said else repr(error)


def iter_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, then its cause, and so on."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def shortest(error: BaseException) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
