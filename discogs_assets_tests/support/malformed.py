"""Made-up records with something wrong in them, of every kind, and others to stand beside."""

from hypothesis import strategies as st

from discogs_assets_tests.support.xml_strategies import record

NEIGHBOURS = {900_001, 900_002, 900_003}
BITS = (
    *(b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"\xef\xbb\xbf", b"\xc2\x85", b"\xc2\xa0", b"\x7f"),
    *(b"\x00", b"\x01", b"\x07", b"\x0b", b"\x1f", b"\r", b"\n", b"\t", b"\xff", b"\xc3"),
    *(b"\xed\xa0\x80", b"&", b"&amp", b"&amp;", b"&nbsp;", b"&#7;", b"&#0;", b"&#xD800;"),
    *(b"&#xFFFE;", b"&#13;", b"&#;", b"<", b">", b"'", b'"', b"=", b"/", b"<>", b"</>", b"< x>"),
    *(b"<1/>", b"<x", b"</x>", b"<x/>", b"]]>", b"<![CDATA[", b"<![CDATA[x]]>", b"<!--", b"-->"),
    *(b"<!-- -- -->", b"<!x>", b"<!DOCTYPE x>", b"<?", b"?>", b"<?x y?>", b"<?xml version='1.0'?>"),
    *(b"<?xml version='1.1' encoding='latin1'?>", b"<y:title>A</y:title>"),
    *(b"<title xmlns='u'>A</title>", b" y:id='3'", b" id='3'", b" at='<' at='>'", b"<id>4</id>"),
    *(b"<id/>", b"<name>A</name>", b"<title>A</title>", b"<title/>", b"<master_id>x</master_id>"),
    *(b"99999999999", b"-1", b"+", b".5", b"0x1", b"e3", b"true", b"text", b"<urls><url/></urls>"),
    *(b"<tracklist><track/></tracklist>", b"<sublabels><label>A</label></sublabels>", b"<artist>"),
    *(b"</artist>", b"<label>", b"</label>", b"<master id='5'>", b"</master>", b"<release id='6'>"),
    *(b"</release>", b"</artist><artist><id>7</id>", b"</label><label><id>8</id>"),
    *(b"</master><master id='9'>", b"</release>text<release id='8'>"),
    b"</release><!-- --><release\nid='8'>",
)  # fmt: skip
BROKEN = (
    b"",
    b"<name>",
    b"</%b>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"]]>&",
    b"<name at='",
    b"'/>&",
    b"<name>\7</name>",
    b"\xff",
    b"<%b >",
    b"<%b ></%b><%b ><id>900003</id>",
)


def neighbour(name: str, id_: int, inner: bytes = b"") -> bytes:
    """Return a record with something in it."""
    inner = inner.replace(b"%b", name.encode())
    if name in ("master", "release"):
        return b'<%b id="%d">%b</%b>' % (name.encode(), id_, inner, name.encode())
    return b"<%b><id>%d</id>%b</%b>" % (name.encode(), id_, inner, name.encode())


@st.composite
def malformed(draw: st.DrawFn, dump_type: str) -> bytes:
    """Draw a record that something was put into, or cut out of, behind its start tag."""
    raw = draw(record(dump_type, draw(st.integers(10, 99)))).encode()
    begin = raw.index(b">") + 1
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(min(begin, len(raw)), len(raw)))
        raw = raw[:at] + draw(st.sampled_from(BITS)) + raw[at + draw(st.integers(0, 3)) :]
    return raw.strip()
