"""What MusicBrainz and Discogs call carriers of sound, as bits that both share.

The low bits are families of carriers, the high ones tell carriers of a family apart. A name that
is not here says nothing.
"""

from collections.abc import Mapping

FAMILY_BITS = 16
FAMILIES = (
    "vinyl", "cd", "file", "cassette", "dvd", "blu-ray", "sacd", "shellac", "minidisc", "8-track",
    "video", "tape", "cylinder", "flexi", "acetate", "memory",
)  # fmt: skip
DETAILS = ('7"', '10"', '12"', "pressed", "recordable", "3 inch")

MUSICBRAINZ = {
    "vinyl": "Vinyl|Phonograph record",
    'vinyl 7"': '7" Vinyl',
    'vinyl 10"': '10" Vinyl',
    'vinyl 12"': '12" Vinyl',
    "cd pressed": "CD|Enhanced CD|HDCD|Copy Control CD|CD+G|SHM-CD|Blu-spec CD|HQCD|Mixed Mode CD|"
    "Data CD|DTS CD|DualDisc (CD side)|Hybrid SACD (CD layer)",
    "cd recordable": "CD-R",
    "cd 3 inch": "8cm CD|8cm CD+G|Minimax CD",
    "file": "Digital Media|Download Card",
    "cassette": "Cassette|Microcassette",
    "dvd": "DVD|DVD-Video|DVD-Audio|DVDplus|DualDisc (DVD side)|DVD-R Video",
    "blu-ray": "Blu-ray|Blu-ray-R",
    "sacd": "SACD|Hybrid SACD|SHM-SACD|Hybrid SACD (SACD layer)|SACD (2 channels)|"
    "SACD (multichannel)",
    "shellac": "Shellac",
    'shellac 7"': '7" Shellac',
    'shellac 10"': '10" Shellac',
    'shellac 12"': '12" Shellac',
    "minidisc": "MiniDisc",
    "8-track": "8-Track Cartridge",
    "video": 'VHS|VCD|SVCD|LaserDisc|8" LaserDisc|12" LaserDisc|Betamax|UMD|CDV|HD-DVD',
    "tape": "Reel-to-reel|DAT|DCC",
    "cylinder": "Wax Cylinder",
    "flexi": 'Flexi-disc|7" Flexi-disc',
    "acetate": 'Acetate|7" Acetate|10" Acetate|12" Acetate',
    "memory": 'USB Flash Drive|slotMusic|Floppy Disk|3.5" Floppy Disk',
}
"""Carriers, as a family and what tells them apart, with their names at MusicBrainz."""

DISCOGS = {
    "vinyl": "Vinyl|Lathe Cut",
    "cd pressed": "CD",
    "cd recordable": "CDr",
    "file": "File",
    "cassette": "Cassette|Microcassette",
    "dvd": "DVD|DVDr",
    "blu-ray": "Blu-ray|Blu-ray-R",
    "sacd": "SACD",
    "shellac": "Shellac",
    "minidisc": "Minidisc",
    "8-track": "8-Track Cartridge|4-Track Cartridge",
    "video": "VHS|Betamax|Laserdisc|UMD|CDV|HD DVD",
    "tape": "Reel-To-Reel|DAT|DCC",
    "cylinder": "Cylinder",
    "flexi": "Flexi-disc",
    "acetate": "Acetate",
    "memory": "Memory Stick|Floppy Disk",
}
"""The same with their names at Discogs."""

DESCRIPTIONS = {'7"': '7"', '10"': '10"', '12"': '12"', "LP": '12"', "Mini": "3 inch"}
"""Discogs' descriptions that tell carriers of a family apart."""


def bits(carrier: str) -> int:
    """Return the bits of a carrier, given as a family and perhaps what tells it apart."""
    family, _, detail = carrier.partition(" ")
    found = 1 << FAMILIES.index(family)
    return found | detail_bit(detail) if detail else found


def detail_bit(detail: str) -> int:
    return 1 << (FAMILY_BITS + DETAILS.index(detail))


def bits_by_name(carriers: Mapping[str, str]) -> dict[str, int]:
    return {name: bits(carrier) for carrier, names in carriers.items() for name in names.split("|")}


def description_bits() -> dict[str, int]:
    """Return the bits of Discogs' descriptions, by name."""
    return {name: detail_bit(detail) for name, detail in DESCRIPTIONS.items()}
