"""What was pressed in a made-up catalogue, and by whom: as it is in truth."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from random import Random

from discogs_assets.sources.discogs_dumps.synthetic.words import listed
from discogs_assets_tests.support.crosswalk_rows import Row, page, relation

WORDS = listed(
    """
    night river stone light shadow summer winter fire rain ocean silver golden broken lonely secret
    morning midnight city street garden heart dream dance love moon star road train mirror window
    house mountain desert island wave storm snow cloud ember iron glass paper velvet sugar corazón
    mañana été ciel straße über nacht öde låt sång ночь дорога любовь 東京 夜
    """
)
GENERIC = ("Greatest Hits", "The Best Of", "Live", "Untitled", "Collection", "Hits & More", "Gold")
COUNTRIES = {"US": "US", "UK": "GB", "Germany": "DE", "France": "FR", "Japan": "JP", "Italy": "IT",
             "Europe": "XE", "Netherlands": "NL", "Canada": "CA"}  # fmt: skip
FORMATS = {
    "CD": ("CD", ["Album"], "CD"),
    "LP": ("Vinyl", ["LP", "Album"], '12" Vinyl'),
    "single": ("Vinyl", ['7"', "Single", "45 RPM"], '7" Vinyl'),
    "tape": ("Cassette", ["Album"], "Cassette"),
    "file": ("File", ["MP3", "Album"], "Digital Media"),
}
"""The name and descriptions of a carrier at Discogs, and its name at MusicBrainz."""


@dataclass(frozen=True)
class Pressing:
    """What a release is in truth."""

    artist: int
    title: str
    label: int
    country: str
    year: int
    day: str
    carrier: str
    catno: str
    barcode: str
    tracks: tuple[tuple[str, int], ...]
    is_foreign: bool = False
    is_promo: bool = False


@dataclass
class World:
    """Rows by table, and the links that people made between the two dumps."""

    random: Random
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    later: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    truth: list[tuple[str, int]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def title(self, most: int = 4) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(1, most))).title()


def add_artists(world: World, count: int) -> None:
    """Add artists; three of four are linked, and some share a name."""
    for artist in range(1, count + 1):
        name = world.title(3) if artist % 9 else world.names[artist - 1]
        name = f"The {name}" if world.chance(0.1) and artist % 9 else name
        world.names[artist] = name
        number = f" ({artist % 7 + 2})" if artist % 9 == 0 else ""
        world.rows["discogs.artist"].append({"id": 1000 + artist, "name": name + number})
        if world.chance(0.75):
            url = page("artist", 1000 + artist)
            world.rows["musicbrainz.artist_url"].append(relation("artist", artist, url))


def add_labels(world: World, count: int) -> None:
    """Add labels; three of five are linked."""
    for label in range(1, count + 1):
        world.names[-label] = f"{world.title(2)} {world.random.choice(['Records', 'Music', ''])}"
        world.rows["discogs.label"].append({"id": 1000 + label, "name": world.names[-label]})
        if world.chance(0.6):
            url = page("label", 1000 + label)
            world.rows["musicbrainz.label_url"].append(relation("label", label, url))


def pressings(world: World, artists: int, labels: int) -> list[Pressing]:
    """Return the pressings of a work, each made after one before it."""
    found = [first_pressing(world, artists, labels)]
    while world.chance(0.7) and len(found) < 12:
        found.append(pressed_again(world, world.random.choice(found), labels))
    return found


def first_pressing(world: World, artists: int, labels: int) -> Pressing:
    draw = world.random
    is_compilation = world.chance(0.12)
    carrier = draw.choice([*FORMATS])
    count = draw.randint(1, 3) if carrier == "single" else draw.randint(4, 16)
    return Pressing(
        artist=0 if is_compilation else draw.randint(1, artists),
        title=draw.choice(GENERIC) if world.chance(0.15) else world.title(),
        label=draw.randint(1, labels),
        country=draw.choice([*COUNTRIES]),
        year=draw.randint(1965, 2024),
        day=a_day(draw),
        carrier=carrier,
        catno=a_catno(draw),
        barcode=a_barcode(draw),
        tracks=tuple((world.title(), draw.randint(90, 480)) for _ in range(count)),
        is_foreign=world.chance(0.12),
    )


def pressed_again(world: World, before: Pressing, labels: int) -> Pressing:
    """Return a reissue, one for another country, a promotional copy, or just the same again."""
    draw = world.random
    if world.chance(0.05):
        return before
    if world.chance(0.08):
        return replace(before, is_promo=True, barcode="")
    same_label = world.chance(0.7)
    tracks = before.tracks
    if world.chance(0.2):
        tracks = tuple((title, seconds + draw.randint(-9, 9)) for title, seconds in tracks)
    if world.chance(0.2):
        tracks += tuple((world.title(), draw.randint(90, 400)) for _ in range(draw.randint(1, 4)))
    return replace(
        before,
        is_promo=False,
        label=before.label if same_label else draw.randint(1, labels),
        country=before.country if world.chance(0.5) else draw.choice([*COUNTRIES]),
        year=min(before.year + draw.choice([0, 0, 0, 1, 2, 5, 9, 14]), 2025),
        day=before.day if world.chance(0.3) else a_day(draw),
        carrier=before.carrier if world.chance(0.6) else draw.choice([*FORMATS]),
        catno=before.catno if same_label and world.chance(0.4) else a_catno(draw),
        barcode=before.barcode if world.chance(0.35) else a_barcode(draw),
        tracks=tracks,
    )


def a_day(draw: Random) -> str:
    return f"{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"


def a_catno(draw: Random) -> str:
    if draw.random() < 0.08:
        return str(draw.randint(1, 99))
    letters = "".join(draw.choices("ABCDEFGHKLMRSTVX", k=draw.randint(2, 4)))
    return f"{letters}-{draw.randint(1, 99999)}"


def a_barcode(draw: Random) -> str:
    """Return a UPC, or an EAN, with its check digit."""
    digits = f"{draw.choice([0, 4, 5, 7, 8])}{draw.randrange(10**11):011}"
    check = -(sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))) % 10
    return f"{digits}{check}"
