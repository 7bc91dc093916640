"""How the dumps of some years write each element."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Era:
    """Templates of the elements that changed over the years; `absent` is one without text."""

    absent: str
    absent_list: str
    label: str
    link: str
    member: str
    sublabels: tuple[str, ...]
    parent: str
    image: str
    video: str
    identifier: str
    unlinked: str
    resource_url: str
    master_id: str
    statuses: tuple[str, ...] = (' status="Accepted"',)
    is_quality_first: bool = True
    has_sub_tracks: bool = True
    has_series: bool = False
    encoding: str = "utf-8"
    encoding_errors: str = "strict"

    @property
    def writes_empty(self) -> bool:
        return bool(self.absent)

    def leaf(self, tag: str, value: str) -> str:
        return f"<{tag}>{value}</{tag}>" if value else self.absent.format(tag)

    def group(self, tag: str, children: list[str]) -> str:
        return listing(tag, children) or self.absent_list.format(tag)

    def quality_and_link(self, quality: str, link: str) -> str:
        """Return the data quality and the link to a master or parent, in the era's order."""
        return quality + link if self.is_quality_first else link + quality


def listing(tag: str, children: Iterable[str]) -> str:
    """Return an element around its children, or nothing where there are none."""
    inner = "".join(children)
    return f"<{tag}>{inner}</{tag}>" if inner else ""


ERA_2017 = Era(
    absent="<{0}></{0}>",
    absent_list="<{0}/>",
    label='<label catno="{catno}" name="{name}"/>',
    link="<name>{name}</name>",
    member="<id>{id}</id><name>{name}</name>",
    sublabels=("<label>{name}</label>",),
    parent="<parentLabel>{name}</parentLabel>",
    image='<image height="{height}" type="{type}" uri="" uri150="" width="{width}"/>',
    video='<video duration="{seconds}" embed="{embed}" src="{src}">',
    identifier='<identifier{description} type="{type}" value="{value}"/>',
    unlinked="<id>0</id>",
    resource_url="<resource_url>http://api.discogs.com/labels/{0}</resource_url>",
    master_id="<master_id>{id}</master_id>",
    is_quality_first=False,
    has_sub_tracks=False,
)
ERA_2026 = Era(
    absent="",
    absent_list="",
    label='<label name="{name}" catno="{catno}" id="{id}"/>',
    link='<name id="{id}">{name}</name>',
    member='<name id="{id}">{name}</name>',
    sublabels=('<label id="{id}">{name}</label>',),
    parent='<parentLabel id="{id}">{name}</parentLabel>',
    image="",
    video='<video src="{src}" duration="{seconds}" embed="{embed}">',
    identifier='<identifier type="{type}"{description} value="{value}"/>',
    unlinked="",
    resource_url="<resource_url>https://api.discogs.com/labels/{0}</resource_url>",
    master_id='<master_id is_main_release="{main}">{id}</master_id>',
    statuses=(' status="Accepted"', ' status="Accepted"', ' status="Accepted"', ""),
    has_series=True,
)
ERA_2020 = replace(
    ERA_2026,
    absent="<{0}/>",
    absent_list="<{0}/>",
    member='<id>{id}</id><name id="{id}">{name}</name>',
    # Seen in August 2020: sublabels that are all empty.
    sublabels=("<label/>", '<label id="{id}">{name}</label>'),
    image='<image type="{type}" uri="" uri150="" width="{width}" height="{height}"/>',
    unlinked="<id>0</id>",
    statuses=(' status="Accepted"',),
    has_series=False,
    encoding="ascii",
    encoding_errors="xmlcharrefreplace",
)
ERA_BY_NAME = {"2017": ERA_2017, "2020": ERA_2020, "2026": ERA_2026}
ERAS = tuple(ERA_BY_NAME)
