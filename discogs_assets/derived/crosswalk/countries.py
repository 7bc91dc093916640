"""Discogs' names of countries, and the ISO 3166-1 codes that MusicBrainz has for them.

MusicBrainz adds codes of its own: XE Europe, XW worldwide, XG East Germany, XC Czechoslovakia, and
keeps those of states that are no more.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

EUROPE, WORLDWIDE, UNKNOWN = "XE", "XW", "XU"

ONE = """
AF Afghanistan|AL Albania|DZ Algeria|AD Andorra|AO Angola|AG Antigua & Barbuda|AR Argentina|
AM Armenia|AW Aruba|AU Australia|AT Austria|AZ Azerbaijan|BS Bahamas, The|BH Bahrain|BD Bangladesh|
BB Barbados|BY Belarus|BE Belgium|BZ Belize|BJ Benin|BM Bermuda|BT Bhutan|BO Bolivia|
BA Bosnia & Herzegovina|BW Botswana|BR Brazil|BN Brunei|BG Bulgaria|BF Burkina Faso|MM Burma|
BI Burundi|KH Cambodia|CM Cameroon|CA Canada|CV Cape Verde|KY Cayman Islands|
CF Central African Republic|TD Chad|CL Chile|CN China|CO Colombia|KM Comoros|CK Cook Islands|
CG Congo, Republic of the|CD Congo, Democratic Republic of the|CR Costa Rica|CI Ivory Coast|
HR Croatia|CU Cuba|CW Curaçao|CY Cyprus|CZ Czech Republic|DK Denmark|DJ Djibouti|DM Dominica|
DO Dominican Republic|EC Ecuador|EG Egypt|SV El Salvador|ER Eritrea|EE Estonia|ET Ethiopia|
FO Faroe Islands|FJ Fiji|FI Finland|FR France|GF French Guiana|PF French Polynesia|GA Gabon|
GM Gambia, The|GE Georgia|DE Germany|GH Ghana|GI Gibraltar|GR Greece|GL Greenland|GD Grenada|
GP Guadeloupe|GU Guam|GT Guatemala|GG Guernsey|GN Guinea|GW Guinea-Bissau|GY Guyana|HT Haiti|
HN Honduras|HK Hong Kong|HU Hungary|IS Iceland|IN India|ID Indonesia|IR Iran|IQ Iraq|IE Ireland|
IM Man, Isle of|IL Israel|IT Italy|JM Jamaica|JP Japan|JE Jersey|JO Jordan|KZ Kazakhstan|KE Kenya|
KW Kuwait|KG Kyrgyzstan|LA Laos|LV Latvia|LB Lebanon|LS Lesotho|LR Liberia|LY Libya|
LI Liechtenstein|LT Lithuania|LU Luxembourg|MO Macau|MK Macedonia|MG Madagascar|MW Malawi|
MY Malaysia|MV Maldives|ML Mali|MT Malta|MQ Martinique|MR Mauritania|MU Mauritius|YT Mayotte|
MX Mexico|MD Moldova, Republic of|MC Monaco|MN Mongolia|ME Montenegro|MS Montserrat|MA Morocco|
MZ Mozambique|NA Namibia|NP Nepal|NL Netherlands|AN Netherlands Antilles|NC New Caledonia|
NZ New Zealand|NI Nicaragua|NE Niger|NG Nigeria|KP North Korea|NO Norway|OM Oman|PK Pakistan|
PS Palestinian Authority|PA Panama|PG Papua New Guinea|PY Paraguay|PE Peru|PH Philippines|PL Poland|
PT Portugal|PR Puerto Rico|QA Qatar|RE Reunion|RO Romania|RU Russia|RW Rwanda|
KN Saint Kitts and Nevis|LC Saint Lucia|VC Saint Vincent and the Grenadines|WS Samoa|SM San Marino|
ST Sao Tome and Principe|SA Saudi Arabia|SN Senegal|RS Serbia|CS Serbia and Montenegro|
SC Seychelles|SL Sierra Leone|SG Singapore|SK Slovakia|SI Slovenia|SB Solomon Islands|SO Somalia|
ZA South Africa|KR South Korea|ES Spain|LK Sri Lanka|SD Sudan|SR Suriname|SZ Swaziland|SE Sweden|
CH Switzerland|SY Syria|TW Taiwan|TJ Tajikistan|TZ Tanzania|TH Thailand|TG Togo|TO Tonga|
TT Trinidad & Tobago|TN Tunisia|TR Turkey|TM Turkmenistan|UG Uganda|UA Ukraine|
AE United Arab Emirates|GB UK|US US|UY Uruguay|UZ Uzbekistan|VU Vanuatu|VA Vatican City|
VE Venezuela|VN Vietnam|VG Virgin Islands|YE Yemen|ZM Zambia|ZW Zimbabwe|XE Europe|XW Worldwide|
XG German Democratic Republic (GDR)|XC Czechoslovakia|SU USSR|YU Yugoslavia|CD Zaire|
CD Belgian Congo|ZW Rhodesia|ZW Southern Rhodesia|BF Upper Volta|BJ Dahomey|VN South Vietnam|
LK Ceylon|BA Bosnia and Herzegovina|CD Congo|RE Réunion|MK North Macedonia|MM Myanmar|SZ Eswatini|
CZ Czechia
"""
"""A code and a name; some countries have several names."""

SEVERAL = {
    "UK & Europe": "GB XE",
    "UK, Europe & US": "GB XE US",
    "UK, Europe & Japan": "GB XE JP",
    "UK, Europe & Israel": "GB XE IL",
    "Europe & US": "XE US",
    "USA & Europe": "US XE",
    "USA, Canada & Europe": "US CA XE",
    "USA, Canada & UK": "US CA GB",
    "USA & Canada": "US CA",
    "UK & US": "GB US",
    "UK & Ireland": "GB IE",
    "UK & France": "GB FR",
    "UK & Germany": "GB DE",
    "Australia & New Zealand": "AU NZ",
    "Australasia": "AU NZ",
    "Benelux": "BE NL LU",
    "France & Benelux": "FR BE NL LU",
    "Scandinavia": "DK NO SE FI",
    "Germany, Austria, & Switzerland": "DE AT CH",
    "Germany & Switzerland": "DE CH",
    "Czech Republic & Slovakia": "CZ SK",
    "Russia & CIS": "RU BY KZ AM AZ KG MD TJ UZ",
    "Singapore & Malaysia": "SG MY",
    "Singapore, Malaysia & Hong Kong": "SG MY HK",
    "Singapore, Malaysia, Hong Kong & Thailand": "SG MY HK TH",
    "North America (inc Mexico)": "US CA MX",
    "Central America": "BZ CR SV GT HN NI PA",
    "South America": "AR BO BR CL CO EC GY PY PE SR UY VE",
    "North & South America": "US CA MX AR BO BR CL CO EC PY PE UY VE",
    "Gulf Cooperation Council": "BH KW OM QA SA AE",
    "Asia": "CN HK ID IN JP KR MY PH SG TH TW VN",
    "South East Asia": "ID MY PH SG TH VN",
    "Southeast Asia": "ID MY PH SG TH VN",
    "Middle East": "AE BH EG IL JO KW LB OM QA SA SY",
    "Africa": "CI CM GH KE NG SN TZ ZA ZW",
}
"""Names for several countries at once."""

IN_EUROPE = (
    "AD AL AT BA BE BG BY CH CS CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT "
    "LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SK SM SU TR UA VA XC XG YU"
)

SUCCESSORS = {
    "SU": "RU UA BY LV LT EE GE AM AZ MD KZ UZ KG TJ TM",
    "YU": "RS HR SI BA MK ME CS",
    "XC": "CZ SK",
    "XG": "DE",
    "CS": "RS ME",
    "AN": "CW",
}
"""States that are no more, and those that came after."""


class Country(NamedTuple):
    """A name at Discogs: the codes that it means, and those that do not contradict it."""

    name: str
    codes: tuple[str, ...]
    near: tuple[str, ...]


def one_each() -> Mapping[str, str]:
    """Return the codes of the names that mean one country."""
    pairs = (" ".join(entry.split()).partition(" ") for entry in ONE.split("|"))
    return {name: code for code, _, name in pairs}


def near_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of what lies in, or around, some countries; of Europe those in it."""
    near = {WORLDWIDE, *codes}
    for code in codes:
        near |= {*SUCCESSORS.get(code, "").split()}
        near |= {old for old, new in SUCCESSORS.items() if code in new.split()}
        near |= {EUROPE} if code in IN_EUROPE.split() else set()
        near |= {*IN_EUROPE.split()} if code == EUROPE else set()
        near |= {*one_each().values()} if code == WORLDWIDE else set()
    return tuple(sorted(near))


def countries() -> list[Country]:
    """Return every name that is known."""
    every = {**one_each(), **SEVERAL}
    return [
        Country(name, tuple(codes.split()), near_codes(codes.split()))
        for name, codes in every.items()
    ]
