"""Keep passwords out of what is said of a server."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

HIDDEN = "…"
PATH = re.compile("[/?#]")
"""What ends user, password and host."""
OPTION = re.compile("password[^=]*=([^&#]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Secrets:
    """Texts that no message may have in it."""

    texts: Sequence[str]

    @classmethod
    def of_url(cls, url: str, *more: str) -> "Secrets":
        """Return the secrets of an address: itself, its password as written and as meant."""
        rest = url.partition("://")[2]
        # An @ may stand in the options too, and a / in a password that should have been escaped.
        whole, authority = rest.rpartition("@")[0], PATH.split(rest)[0].rpartition("@")[0]
        passwords = [one.partition(":")[2] for one in (whole, authority)]
        passwords += OPTION.findall(rest)
        found = [*passwords, *map(unquote, passwords), *map(quote, passwords), *more]
        found += [url] if any(passwords) else []
        return cls(sorted({text for text in found if text}, key=len, reverse=True))

    def hide(self, text: str) -> str:
        """Return a text without them."""
        for secret in self.texts:
            text = text.replace(secret, HIDDEN)
        return text


def shown(url: str) -> str:
    """Return an address without user, password and options; no more than is certain to be none."""
    scheme, colon, rest = url.partition("://")
    user, at, host = rest.rpartition("@")
    if not colon or PATH.search(user):
        return f"{scheme if colon else ''}://{HIDDEN}"
    return f"{scheme}://{f'{HIDDEN}@' if at else ''}{host.partition('?')[0]}"
