"""Words and names that made-up dumps are written with: data, and no behaviour."""

from discogs_assets.sources.discogs_dumps.synthetic.draw import weighted


def listed(text: str, separator: str | None = None) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator))


WORDS = listed(
    """
    Night River Stone Light Shadow Summer Winter Fire Rain Ocean Silver Golden Broken Lonely
    Secret Morning Midnight City Street Garden Heart Dream Dance Love Moon Sun Star Sky Road Train
    Mirror Window Door House Mountain Valley Desert Island Wave Storm Thunder Snow Wind Cloud
    Flame Ember Ash Dust Iron Copper Glass Paper Velvet Satin Cotton Sugar Honey Salt Pepper Lemon
    Cherry Apple Orange Purple Crimson Blue Green Yellow Black White Grey Wild Gentle Quiet Loud
    Slow Fast Deep High Low Long Short Old New Young Forever Never Always Again Tomorrow Yesterday
    Tonight Home Away Alone Together Under Over Beyond Inside Outside Through Between Without
    Running Falling Rising Waiting Walking Dancing Singing Dreaming Flying Burning Turning Leaving
    Coming Going Looking Machine Engine Signal Radio Static Circuit Wire Pulse Echo Drift Orbit
    Gravity Vector Matrix Motion Theory Logic Memory Future Past Ghost Angel Devil Saint King
    Queen Prince Stranger Soldier Sailor Gypsy Rider Dancer Lover Baby Mama Sister Brother Blues
    Boogie Waltz Tango Rumba Polka March Hymn Ballad Serenade Sonata Prelude Fugue Allegro Andante
    Adagio Overture Intro Interlude Outro Reprise Don't Can't I'm You're It's What's Ain't Rock
    Roll Soul Funk Groove Jazz Swing Beat Rhythm Dub Bass Nacht Liebe Straße Über Mädchen Traum
    Wald Été Cœur Ciel Rêve Étoile Corazón Mañana Niño Cielo Amor Vida Noche Fuego Luna Notte
    Cuore Città Perché Saudade Coração Manhã Łódź Żal Serce Noc Hvězda Ősz Kärlek Måne Natt Drøm
    Sjø Yö Tähti Gönül Şarap Ночь Дорога Любовь Город Έρωτας Θάλασσα 夜 愛 東京 光 𝄞 𠮷野
    R&amp;B This That Your My Our The Of And In For With Without To From No Yes Every One Two Three
    Seven Hundred Thousand Million First Last Second Day Week Year Time Moment Hour Minute
    """
)

GIVEN_NAMES = listed(
    """
    James Mary John Linda Robert Susan Michael Karen David Nancy Thomas Lisa Mark Paul Anna Peter
    Klaus Jürgen Heike Uwe Björn Åsa Søren Mette Jean Chloé François Zoé José María Ángel Lucía
    Paolo Giulia Łukasz Agnieszka Dmitri Ольга Иван 健 美咲 Yusuf Ayşe Kofi Ama Rajesh Priya Carlos
    Inês Johan Femke Pekka Aino Ilse Otto Greta Hugo Nils Ruth Walter Edith Frank Gloria Stan Ella
    Duke Ray Nina Miles Etta Otis Dinah Lee Bessie Sam Aretha Chet Roy DJ MC Dr. Lil' Big Mr. Lady
    """
)
FIRST_NAMES = GIVEN_NAMES + tuple(
    f"{name} {initial}." for initial in "ABCDEHJLMR" for name in GIVEN_NAMES
)
NAME_ENDS = listed(
    """
    son man berg wick ley ton field ford well er sen ström feld stein mann auer ov ova ski ini ez
    ier ard eau inho os akis oğlu yan dal
    """
)
NAME_STEMS = listed(
    """
    Hart Lund Ash Wood Stan Brad Kess Mor Dal Fern Grun Holm Jans Kar Lind Mal Nor Oster Pet Rad
    Sand Tor Ul Ver Wes Yar Zim Bran Col Dun Elm Fal Gar Hol
    """
)
LAST_NAMES = tuple(stem + end for end in NAME_ENDS for stem in NAME_STEMS)
LABEL_KINDS = listed(
    """
    Records| Recordings| Music| Sound| Discs| Productions| Entertainment| Publishing| Studio|
    Studios| Tapes| Records Ltd.| Records GmbH| Music Group| &amp; Sons Ltd.| Disques| Discos|
    Edizioni Musicali| Musik-Verlag| Mastering| Pressing Plant| Distribution| Digital| Audio|
    Label| Media| International| Classics| Jazz| Underground| Audiovisuel| Медиа| Musikproduktion|
    Fonogramas| Multimédia| Songs| Songs, Inc.
    """,
    "|",
)
ROLES = listed(
    """
    Written-By| Producer| Written-By| Mixed By| Vocals| Guitar| Drums| Bass| Keyboards| Engineer|
    Mastered By| Composed By| Lyrics By| Music By| Piano| Written-By, Producer| Saxophone|
    Trumpet| Remix| Backing Vocals| Photography By| Artwork| Design| Liner Notes|
    Executive-Producer| Arranged By| Percussion| Violin| Cello|
    Keyboards [Additional], Strings [Additional]| Design, Layout| Recorded By|
    Producer [Additional]| Featuring| Synthesizer, Programmed By| Conductor| Orchestra|
    Lead Vocals| Guitar [Acoustic, Electric]| Lacquer Cut By| Music By [All Tracks By]|
    Coordinator [Project]| Translated By [Übersetzung]
    """,
    "|",
)
GENRES = {
    "Electronic": (
        "Techno", "House", "Ambient", "Synth-pop", "Trance", "Electro", "IDM", "Drum n Bass",
    ),
    "Rock": ("Pop Rock", "Punk", "Hard Rock", "Indie Rock", "Heavy Metal", "Rock &amp; Roll"),
    "Pop": ("Ballad", "Vocal", "Chanson", "Schlager", "Europop", "Synth-pop"),
    "Jazz": ("Hard Bop", "Swing", "Fusion", "Free Jazz", "Smooth Jazz", "Big Band"),
    "Folk, World, &amp; Country": ("Folk", "Country", "Celtic", "Fado", "Flamenco"),
    "Hip Hop": ("Boom Bap", "Trap", "Gangsta", "Conscious"),
    "Funk / Soul": ("Soul", "Disco", "Funk", "Rhythm &amp; Blues"),
    "Classical": ("Baroque", "Romantic", "Opera", "Modern"),
    "Reggae": ("Dub", "Roots Reggae", "Ska"),
    "Latin": ("Salsa", "Bossanova", "Cumbia"),
    "Stage &amp; Screen": ("Soundtrack", "Musical"),
    "Non-Music": ("Spoken Word", "Comedy"),
}  # fmt: skip
COUNTRIES = weighted(
    {"US": 70, "UK": 42, "Germany": 30, "France": 16, "Japan": 16, "Italy": 12, "Europe": 12,
     "Canada": 8, "Netherlands": 8, "Spain": 7, "Russia": 5, "Brazil": 5, "Sweden": 4, "Poland": 3,
     "UK &amp; Europe": 5, "Unknown": 2, "Curaçao": 1, "Serbia and Montenegro": 1, "": 6}
)  # fmt: skip
JUNK_DATES = listed("?|0000|199|1987-13-45|2004-02-30|1999-3-1|19??|Unknown|20011", "|")
CARRIERS = listed(
    """
    Vinyl|7"|45 RPM|Single; Vinyl|7"|Single; Vinyl|LP|Album; Vinyl|12"|33 ⅓ RPM; Vinyl|LP;
    Vinyl|LP|Album|Reissue|Stereo; CD|Album; CD|Album|Reissue|Remastered; CD|Compilation;
    CD|Single; CD; CDr|Album|Limited Edition; Cassette|Album; Cassette|EP; File|MP3;
    File|FLAC|Album; Box Set|Compilation; DVD|PAL; Shellac|10"|78 RPM; All Media
    """,
    ";",
)
FORMAT_TEXTS = ("", "", "", "", "", "Jewel Case", "Gatefold", "Red &amp; Black Marbled", "180 gram")
LONG_QTY = "1" + "0" * 63
IDENTIFIER_TYPES = weighted(
    {"Matrix / Runout": 44, "Barcode": 20, "Rights Society": 14, "Label Code": 6,
     "Other": 7, "Mastering SID Code": 4, "Mould SID Code": 4, "SPARS Code": 1}
)  # fmt: skip
CODES = {
    "Rights Society": ("GEMA", "BIEM", "BIEM/GEMA", "ASCAP", "BMI", "SACEM"),
    "Label Code": ("LC {number:05}", "LC-{number:04}", "LC {number}"),
    "Mastering SID Code": ("ifpi L{number}", "IFPI L{number}", "none"),
    "Mould SID Code": ("ifpi {letter}{number}", "IFPI {number}", "IFPI 0{number}"),
    "SPARS Code": ("AAD", "ADD", "DDD", "AAA"),
}
"""How identifiers of some types are written, with a number of four digits."""
IDENTIFIER_NOTES = ("Text", "Scanned", "Side A runout", "Side B, etched", "Variant 1 &amp; 2", "")
COMPANY_ROLES = weighted(
    {(13, "Phonographic Copyright (p)"): 5, (14, "Copyright (c)"): 5,
     (17, "Pressed By"): 4, (21, "Published By"): 4, (23, "Recorded At"): 3,
     (9, "Distributed By"): 4, (10, "Manufactured By"): 3, (27, "Mixed At"): 1,
     (29, "Mastered At"): 2, (31, "Glass Mastered At"): 1, (33, "Designed At"): 1}
)  # fmt: skip
JOINS = ("&amp;", "/", "Feat.", "And", ",", "With", "vs.", "•")
CREDIT_TRACKS = listed(
    "A1|1 to 3|2 to 3|1-1 to 1-4, 1-7|CD 38, CD 39|Side B|10|Except B1, B5|A2, A3|6", "|"
)
QUALITIES = weighted(
    {"Needs Vote": 62, "Correct": 24, "Needs Major Changes": 9,
     "Needs Minor Changes": 3, "Complete and Correct": 1, "Entirely Incorrect": 1}
)  # fmt: skip
TRACK_TAILS = listed(
    "(Original Mix)|(Instrumental)|(Live)|(Remix)|- Part 2|(Extended Version)", "|"
)
SENTENCES = listed(
    """
    Recorded and mixed at {title} Studio, {name}.| Issued in a {title} sleeve with {name} inner.|
    All rights reserved {year}.| ℗ &amp; © {year} {title} {name}|
    Includes a printed insert with lyrics by {title} {name}.|
    Durations are not printed on the release but timed from "{title}".|
    Total playing time {number}:{seconds}.| Cover art by {title} {name}, {year}.
    """,
    "|",
)
MARKED_SENTENCES = listed(
    """
    Track {number} is credited to [a={title} {name}] on the label.|
    First pressing has "{title}" on the spine; see [r={id}].|
    Made in {name} &lt;{title}&gt;| [url=http://www.{id}.example/]{title} {name}[/url]
    """,
    "|",
)
"""Sentences with Discogs' own markup, or with signs that look like XML."""
BREAKS = ("&#13;\n", "\n", " ", "&#13;\n&#13;\n")
IMAGE_SIZES = tuple((250 + n * 37 % 351, 250 + n * 53 % 351) for n in range(64))
