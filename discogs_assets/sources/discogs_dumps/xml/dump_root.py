"""Where the records of a dump begin and end: between the tags of a root or, in old ones, bare.

Dumps of before mid-2014 are records one after the other, without a root.
"""

import re

from discogs_assets.errors import DumpError
from discogs_assets.sources.discogs_dumps.tables import XmlDumpType

PROLOG = re.compile(
    rb"\s*(?:<\?xml(?P<declaration>[^>]*)\?>\s*)?(?:<!--.*?-->\s*)*"
    rb"<(?P<root>[A-Za-z][\w.-]*)(?:\s[^>]*?)?(?P<closed>/?)>",
    re.DOTALL,
)


def root_tag(dump_type: XmlDumpType) -> bytes:
    return b"<%b>" % dump_type.name.encode()


def root_end(dump_type: XmlDumpType) -> bytes:
    return b"</%b>" % dump_type.name.encode()


def find_begin(head: bytes, dump_type: XmlDumpType, where: str) -> tuple[int, bool]:
    """Return where the records begin, and whether a root's start tag stands before them."""
    if not head.strip():
        raise DumpError(f"{where}: expected <{dump_type.name}>, found an empty file")
    skipped = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    match = PROLOG.match(head, skipped)
    if match is None or match["root"].decode().lower() == "html" or match["closed"]:
        raise DumpError(
            f"{where}: expected <{dump_type.name}>, found {head[:60]!r}; this is no Discogs dump"
        )
    has_root = match["root"] != dump_type.record.encode()
    if has_root and match["root"] != dump_type.name.encode():
        raise DumpError(
            f"{where}: expected <{dump_type.name}>, found <{match['root'].decode()}>: "
            "a file of another type under this name"
        )
    refuse_encoding(match["declaration"] or b"", where)
    return match.end() if has_root else match.start("root") - 1, has_root


def refuse_encoding(declaration: bytes, where: str) -> None:
    """Raise DumpError when an XML declaration names another encoding than UTF-8."""
    found = re.search(rb"encoding\s*=\s*[\"']([^\"']+)", declaration)
    if found and found[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        encoding = found[1].decode("latin-1")
        raise DumpError(
            f"{where}: expected UTF-8, found encoding {encoding!r}; this is no Discogs dump"
        )


def end_of_records(tail: bytes, dump_type: XmlDumpType, where: str, offset: int) -> int:
    """Return where the root's end tag stands in the last part of a dump."""
    end = tail.rfind(root_end(dump_type)[:-1])
    if end < 0 or tail[end:].rstrip()[-1:] != b">" or tail[end:].count(b">") != 1:
        raise cut_off(tail, dump_type.name, where, offset)
    return end


def end_of_last_record(tail: bytes, dump_type: XmlDumpType, where: str, offset: int) -> int:
    """Return where the last record ends in the last part of a dump without a root."""
    end = len(tail.rstrip())
    if not tail.endswith(b"</%b>" % dump_type.record.encode(), 0, end):
        raise cut_off(tail, dump_type.record, where, offset)
    return end


def cut_off(tail: bytes, element: str, where: str, offset: int) -> DumpError:
    return DumpError(
        f"{where}: expected </{element}> at the end, found {tail[-60:]!r} "
        f"at byte {offset + len(tail):,}: the dump is cut off or damaged; download it again"
    )
