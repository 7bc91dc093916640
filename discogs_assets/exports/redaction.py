"""Keep passwords out of the messages of a server."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from discogs_assets.storage.urls import HIDDEN, PATH

OPTION = re.compile("password[^=]*=([^&#]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Redactor:
    """Replaces texts that no message may show."""

    texts: Sequence[str]

    @classmethod
    def of_url(cls, url: str, *more: str) -> "Redactor":
        """Return that of an address: for itself, and its password as written and as meant."""
        rest = url.partition("://")[2]
        # An @ may stand in the options too, and a / in a password that should have been escaped.
        whole, authority = rest.rpartition("@")[0], PATH.split(rest)[0].rpartition("@")[0]
        passwords = [one.partition(":")[2] for one in (whole, authority)]
        passwords += OPTION.findall(rest)
        found = [*passwords, *map(unquote, passwords), *map(quote, passwords), *more]
        found += [url] if any(passwords) else []
        return cls(sorted({text for text in found if text}, key=len, reverse=True))

    def redact(self, text: str) -> str:
        for secret in self.texts:
            text = text.replace(secret, HIDDEN)
        return text
