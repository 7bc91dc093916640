"""Find the records of a block exactly, with an XML parser that tells byte positions."""

from bisect import bisect
from collections.abc import Iterator
from itertools import pairwise, takewhile
from xml.parsers import expat

from discogs_assets.discogs_dumps.blocks import Block
from discogs_assets.discogs_dumps.dump_root import root_end, root_tag
from discogs_assets.discogs_dumps.tables import DumpType

Span = tuple[int, bytes, str | None]
"""Where something stands in the dump, its bytes, and why it is no XML (None: it is)."""


class NotXmlError(Exception):
    """A piece of a dump is no XML; `at` is the byte where that shows."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.at = at


def iter_exact_spans(block: Block) -> Iterator[Span]:
    """Yield each element and each stray text of a block.

    Where the block is no XML, the parts that start like a record are looked at one by one; and so
    are those of an element with records in it: broken ones can make up a whole one together.
    """
    begin = len(root_tag(block.dump_type))
    splitter = Splitter(block.dump_type)
    try:
        splitter.parse(block.document[begin : begin + block.size])
    except NotXmlError:
        for offset, raw in block.iter_spans():
            yield from part(raw, offset, block.dump_type)
        return
    starts = [start - begin for start in block.starts if block.lead]
    starts = [start for start in starts if start not in splitter.sublabels]
    for at, raw in splitter.iter_spans():
        inside = starts[bisect(starts, at) : bisect(starts, at + len(raw) - 1)]
        if not inside:
            yield block.offset + at, raw, None
            continue
        for start, end in pairwise([at, *inside, at + len(raw)]):
            piece = raw[start - at : end - at].rstrip()
            yield from part(piece, block.offset + start, block.dump_type)


def part(raw: bytes, offset: int, dump_type: DumpType) -> list[Span]:
    """Return what stands in a part that starts like a record, and last what of it is no XML.

    Whole records before that are kept, but not one right before an end tag: it may be inside
    another, whose start is lost.
    """
    splitter = Splitter(dump_type)
    try:
        splitter.parse(raw)
    except NotXmlError as error:
        tag = b"<%b" % dump_type.record.encode()
        good = [*takewhile(lambda found: found[1].startswith(tag), splitter.iter_spans())]
        if good and after(good, raw).startswith(b"</"):
            good.pop()
        rest = after(good, raw)
        begin = len(raw) - len(rest)
        broken = [(offset + begin, rest, f"not XML: {error} at byte {error.at - begin:,}")]
        return [*((offset + at, found, None) for at, found in good), *broken]
    return [(offset + at, found, None) for at, found in splitter.iter_spans()]


def after(found: list[tuple[int, bytes]], raw: bytes) -> bytes:
    """Return what follows the last of what was found."""
    at, last = found[-1] if found else (0, b"")
    return raw[at + len(last) :].lstrip()


class Splitter:
    """Notes where the children of a root begin and end, and where text stands between them."""

    def __init__(self, dump_type: DumpType) -> None:
        self.dump_type = dump_type
        self.lead = len(root_tag(dump_type))
        self.records = b""
        self.names: list[str] = []
        self.begin: int | None = None
        self.end_tag = 0
        self.is_in_text = False
        self.spans: list[tuple[int, int]] = []
        self.sublabels: set[int] = set()
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
            if len(self.names) == 1 and self.begin is not None and not self.is_in_text:
                self.spans.append((self.begin, self.end_of_tag()))
            at = self.here
            raise NotXmlError(expat.ErrorString(error.code), min(at, len(records))) from None

    def iter_spans(self) -> Iterator[tuple[int, bytes]]:
        """Yield what was found and where, blanks around it left out."""
        for begin, end in self.spans:
            if found := self.records[begin:end].lstrip():
                yield end - len(found), found.rstrip()

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if len(self.names) == 1:
            self.close()
            self.begin = self.here
            self.is_in_text = False
        elif self.names and self.names[-1] == "sublabels":
            self.sublabels.add(self.here)
        self.names.append(name)

    def end(self, _name: str) -> None:
        self.names.pop()
        self.end_tag = self.here
        if not self.names:
            self.close()

    def other(self, data: str) -> None:
        """Take note of text outside the elements; comments and the like come here too."""
        if len(self.names) != 1:
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
