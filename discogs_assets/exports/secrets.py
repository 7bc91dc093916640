"""Keep passwords out of what is said of a server."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from discogs_assets.addresses import without_user

HIDDEN = "…"


@dataclass(frozen=True)
class Secrets:
    """Texts that no message may have in it."""

    texts: Sequence[str]

    @classmethod
    def of_url(cls, url: str, *more: str) -> "Secrets":
        """Return the secrets of an address: itself, its password as written and as meant."""
        before, at, _ = url.rpartition("@")
        password = before.partition("://")[2].partition(":")[2] if at else ""
        found = [url if at else "", password, unquote(password), *more]
        return cls(sorted({text for text in found if text}, key=len, reverse=True))

    def hide(self, text: str) -> str:
        """Return a text without them."""
        for secret in self.texts:
            text = text.replace(secret, HIDDEN)
        return text


def shown(url: str) -> str:
    """Return an address without user, password and options."""
    return without_user(url).partition("?")[0]
