"""Find the elements of a piece of a dump, with an XML parser that tells byte positions."""

import re
from collections.abc import Iterator
from itertools import takewhile
from xml.parsers import expat

from discogs_assets.sources.discogs_dumps.tables import XmlDumpType
from discogs_assets.sources.discogs_dumps.xml.dump_root import root_end, root_tag

Span = tuple[int, bytes, str | None]
"""Where something stands in the dump, its bytes, and why it is no record (None: it may be)."""


class NotXmlError(Exception):
    """A piece of a dump is no XML; `at` is the byte where that shows."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.at = at


def split(raw: bytes, offset: int, dump_type: XmlDumpType) -> list[Span]:
    """Return each element and each stray text of a piece that starts like a record.

    What is no XML costs the record it stands in: those that follow it on the line are kept.
    """
    spans: list[Span] = []
    rest, is_first = raw, True
    while rest:
        begin = offset + len(raw) - len(rest)
        good, broken, reason = split_broken(rest, dump_type, is_first=is_first)
        spans += [(begin + at, found, refuse_text(found, dump_type)) for at, found in good]
        rest, is_first = b"", False
        if broken:
            begin = offset + len(raw) - len(broken)
            if end := end_of_broken(broken, dump_type):
                broken, rest = broken[:end], broken[end:].lstrip()
            spans.append((begin, broken.rstrip(), reason))
    return spans


def split_broken(
    raw: bytes, dump_type: XmlDumpType, *, is_first: bool
) -> tuple[list[tuple[int, bytes]], bytes, str]:
    """Return what stands in a piece before it is no XML, the rest of it, and why it is none.

    An element right before an end tag may be inside another, whose start is lost: it belongs to
    the rest; and so do all that follow something broken.
    """
    splitter = Splitter(dump_type)
    try:
        splitter.parse(raw)
    except NotXmlError as error:
        tag = b"<%b" % dump_type.record.encode()
        good = [*takewhile(lambda found: found[1].startswith(tag), splitter.iter_spans())]
        if good and after(good, raw).startswith(b"</"):
            good = good[:-1] if is_first else []
        rest = after(good, raw)
        return good, rest, f"not XML: {error} at byte {error.at - len(raw) + len(rest):,}"
    return [*splitter.iter_spans()], b"", ""


def refuse_text(found: bytes, dump_type: XmlDumpType) -> str | None:
    """Return why something between end tags and start tags is no record; None for elements."""
    if found.startswith(b"<"):
        return None
    return f"expected <{dump_type.record}>, found text between records"


def end_of_broken(raw: bytes, dump_type: XmlDumpType) -> int:
    """Return where a broken record ends that another one follows on its line; 0 when none does."""
    name = dump_type.record.encode()
    found = re.search(rb"</%b\s*>(?=\s*<%b[\s>/])" % (name, name), raw)
    return found.end() if found else 0


def after(found: list[tuple[int, bytes]], raw: bytes) -> bytes:
    """Return what follows the last of what was found."""
    at, last = found[-1] if found else (0, b"")
    return raw[at + len(last) :].lstrip()


class Splitter:
    """Notes where the children of a root begin and end, and where text stands between them."""

    def __init__(self, dump_type: XmlDumpType) -> None:
        self.dump_type = dump_type
        self.lead = len(root_tag(dump_type))
        self.records = b""
        self.depth = 0
        self.begin: int | None = None
        self.end_tag = 0
        self.is_in_text = False
        self.spans: list[tuple[int, int]] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.DefaultHandler = self.other

    def parse(self, records: bytes) -> None:
        """Take records that stand between the root's tags; NotXmlError when they are no XML."""
        self.records = records
        try:
            self.parser.Parse(root_tag(self.dump_type) + records + root_end(self.dump_type), True)
        except expat.ExpatError as error:
            if self.depth == 1 and self.begin is not None and not self.is_in_text:
                self.spans.append((self.begin, self.end_of_tag()))
            at = self.here
            raise NotXmlError(expat.ErrorString(error.code), min(at, len(records))) from None

    def iter_spans(self) -> Iterator[tuple[int, bytes]]:
        """Yield what was found and where, blanks around it left out."""
        for begin, end in self.spans:
            if found := self.records[begin:end].lstrip():
                yield end - len(found), found.rstrip()

    def start(self, _name: str, _attributes: dict[str, str]) -> None:
        if self.depth == 1:
            self.close()
            self.begin = self.here
            self.is_in_text = False
        self.depth += 1

    def end(self, _name: str) -> None:
        self.depth -= 1
        self.end_tag = self.here
        if not self.depth:
            self.close()

    def other(self, data: str) -> None:
        """Take note of text outside the elements; comments and the like come here too."""
        if self.depth != 1:
            return
        is_text = not data.startswith(("<!--", "<?"))
        if not (is_text and self.is_in_text):
            self.close()
            self.begin = self.here if is_text else None
        self.is_in_text = is_text

    def close(self) -> None:
        """End what came before: only what follows an end tag tells where the tag ended."""
        if self.begin is not None:
            self.spans.append((self.begin, self.here))
            self.begin = None

    def end_of_tag(self) -> int:
        """Return where the last end tag ends; expat stands behind an element that has none."""
        has_end = self.records.startswith(b"</", self.end_tag)
        return self.records.index(b">", self.end_tag) + 1 if has_end else self.end_tag

    @property
    def here(self) -> int:
        return self.parser.CurrentByteIndex - self.lead
