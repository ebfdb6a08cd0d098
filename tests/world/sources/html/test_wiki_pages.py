"""Articles as the parsers and scrapers of several years and Wikipedias write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as parser

from searchvl_gym.world.sources.html import ParsedPage, parse_page
from searchvl_gym.world.sources.html.spans import SpanGrid, repeats
from searchvl_gym.world.sources.html.text_flow import TextFlow
from searchvl_gym.world.sources.kinds import kind_of


def read(body: str, path: str = "A/Ulm") -> ParsedPage:
    return parse_page(f"<html><body>{body}</body></html>".encode(), path)


def rows(body: str) -> list[tuple[str, str]]:
    return [(row.label, row.value) for row in read(body).infobox]


@pytest.mark.parametrize(
    "mark",
    [
        '<sup id="cite_ref-2"><a href="#cite_note-2">[2]</a></sup>',
        '<sup id="cite_ref-BOM_1-0" class="reference"><a href="#cite_note-BOM-1">[1]</a></sup>',
        '<sup class="mw-ref reference" id="cite_ref-1"><a href="./Ulm#cite_note-1"><span '
        'class="mw-reflink-text">[1]</span></a></sup>',
        '<sup typeof="mw:Extension/ref"><a href="#cite_note-a">[note 1]</a></sup>',
        '<span class="mw-ref" id="cite_ref-7"><a>[7]</a></span>',
        '<a href="Ulm.html#cite_note-4">[4]</a>',
        '<sup class="noprint Inline-Template Template-Fact">[<i><a href="Citation">citation '
        "needed</a></i>]</sup>",
        "<sup>[<i>when?</i>]</sup>",
        '<sup class="reference cite_virgule">,</sup><sup id="cite_ref-9" class="reference"><a '
        'href="#cite_note-9"><span class="cite_crochet">[</span>9<span class="cite_crochet">]'
        "</span></a></sup>",
    ],
)
def test_marks_of_notes_are_no_text(mark: str) -> None:
    page = read(f"<p>The spire{mark} is 161 m<sup>2</sup> high.{mark}</p>")
    assert page.text == "The spire is 161 m2 high."
    box = f'<table class="infobox"><tr><th>Height{mark}</th><td>161 m{mark}</td></tr></table>'
    assert rows(box) == [("Height", "161 m")]


def test_brackets_of_the_text_itself_stay() -> None:
    assert read('<p>He said: "[T]he words" [sic] of 1999.</p>').text == (
        'He said: "[T]he words" [sic] of 1999.'
    )


NOTICES = [
    '<div><div style="clear:both">This article is issued from <a class="external" title="Last '
    'edited on 2019" href="https://en.wikipedia.org/wiki/Ulm?oldid=9">Wikipedia</a>. The text is '
    'licensed under <a href="https://creativecommons.org/licenses/by-sa/4.0/">Creative Commons</a>'
    ". Additional terms may apply for the media files.</div></div>",
    '<div>Cet article est issu de <a href="https://fr.wikipedia.org/wiki/Ulm?oldid=9">Wikipédia'
    '</a>. <a rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">Licence</a>'
    "</div>",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_notices_of_scrapers_are_no_text_but_say_the_licence(notice: str) -> None:
    page = read(f"<div id='mw-content-text'><p>Ulm is a city.</p>{notice}</div>")
    assert page.text == "Ulm is a city."
    assert page.licence == "creativecommons.org/licenses/by-sa/4.0"
    assert page.address.endswith(".wikipedia.org/wiki/Ulm")


def test_prose_about_a_licence_is_no_notice() -> None:
    link = '<a href="https://creativecommons.org/licenses/by/4.0/">this licence</a>'
    page = read(f"<div><p>{'A long text. ' * 60}See {link}.</p><ul><li>{link}</li></ul></div>")
    assert page.text.startswith("A long text.") and "this licence" in page.text


def test_ratings_are_no_facts_and_no_text() -> None:
    stars = '<td><span title="4/5 stars"><img src="star.png"></span></td>'
    for head in ("<tr><th colspan=2>Professional ratings</th></tr>", ""):
        box = (
            f'<table class="wikitable infobox">{head}<tr><th>Source</th><th>Rating</th></tr>'
            f'<tr><td>Allmusic</td>{stars}</tr><tr><td>Rolling Stone</td><td><a href="L">link</a>'
            "</td></tr></table>"
        )
        page = read(f"{box}<p>An album.</p>")
        assert (page.text, page.infobox, page.reviews) == ("An album.", (), 1)


def test_boxes_of_navigation_and_maintenance_are_no_text() -> None:
    boxes = (
        '<table class="ambox"><tr><td>This article needs work.</td></tr></table>'
        '<table class="mbox-small sistersitebox"><tr><td>Commons has pictures.</td></tr></table>'
        '<div class="NavFrame navigation-not-searchable">Navigationsleiste</div>'
        '<div class="bandeau-container metadata">Article à sourcer</div>'
        '<div role="navigation" class="navbox">More</div>'
        '<table class="wikitable succession-box"><tr><td>Preceded by</td></tr></table>'
    )
    assert read(f"{boxes}<p>Ulm.</p>{boxes}").text == "Ulm."


def test_spanned_cells_are_written_in_every_row_and_column() -> None:
    table = (
        '<table class="wikitable"><tr><th rowspan="2">Year</th><th rowspan="2">Album</th>'
        '<th colspan="2">Peak</th></tr><tr><th>US</th><th>UK</th></tr>'
        '<tr><td rowspan="2">1957<sup id="cite_ref-1">[1]</sup></td><td>Ray Charles</td><td>9</td>'
        "<td>—</td></tr><tr><td>The Great<br>Ray Charles</td><td>—</td><td></td></tr>"
        '<tr><td colspan="4">Later ones</td></tr></table>'
    )
    assert read(table).text == (
        "Year | Album | Peak | Peak\nYear | Album | US | UK\n1957 | Ray Charles | 9 | —\n"
        "1957 | The Great Ray Charles | — |\nLater ones"
    )


SPAN = st.integers(0, 3)
TABLE = st.lists(st.lists(st.tuples(SPAN, SPAN), min_size=1, max_size=4), max_size=5)


@given(TABLE)
def test_a_grid_gives_every_row_what_a_browser_would(table: list[list[tuple[int, int]]]) -> None:
    body = "".join(
        "<tr>" + "".join(
            f'<td rowspan="{high}" colspan="{wide}">{row}.{cell}</td>'
            for cell, (high, wide) in enumerate(cells)
        ) + "</tr>"
        for row, cells in enumerate(table)
    )  # fmt: skip
    grid = SpanGrid(lambda cell: cell.text)
    held: dict[tuple[int, int], str] = {}
    for number, row in enumerate(parser.fromstring(f"<table>{body}</table>").iter("tr")):
        grid.open_row()
        told: list[str] = []
        expected: list[str] = []
        column = 0
        for cell in row:
            while (number, column) in held:
                expected.append(held[number, column])
                column += 1
            wide, high = (max(1, int(cell.get(name))) for name in ("colspan", "rowspan"))
            for below in range(1, high):
                held.update({(number + below, column + side): cell.text for side in range(wide)})
            expected.append(cell.text)
            column += wide
            told += [*grid.before(cell), cell.text]
        last = max((side for line, side in held if line == number), default=-1)
        expected += [held[number, side] for side in range(column, last + 1)
                     if (number, side) in held]  # fmt: skip
        told += grid.close_row()
        assert told == expected
        assert all(repeats(cell) >= 1 for cell in row)


def test_lines_of_labels_and_values() -> None:
    box = """<table class="infobox">
    <tr><th>Production<br>company</th><td>Bristol Bay<br>Anvil Films</td></tr>
    <tr><th>Music by</th><td>Craig Armstrong<br><b>Songs:</b><br><a href="Ray">Ray Charles</a></td>
    </tr><tr><th>Release dates</th><td><ul><li>October 29, 2004<span style="display:none">
    (<span class="bday">2004-10-29</span>)</span></li><li> </li><li> </li></ul></td></tr>
    <tr><th>Height</th><td><span class="sortkey">0161</span>161.5&nbsp;m (530&nbsp;ft)</td></tr>
    <tr style="display:none"><th>Hidden</th><td>x</td></tr></table>"""
    assert rows(box) == [
        ("Production company", "Bristol Bay, Anvil Films"),
        ("Music by", "Craig Armstrong"),
        ("Music by – Songs", "Ray Charles"),
        ("Release dates", "October 29, 2004"),
        ("Height", "161.5 m"),
    ]
    assert [link.words for row in read(box).infobox for link in row.links] == ["Ray Charles"]


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (  # English, today
            '<table class="infobox biography vcard"><tbody><tr><th colspan="2" '
            'class="infobox-above">Ray Charles</th></tr><tr><th scope="row" '
            'class="infobox-label">Born</th><td class="infobox-data"><div '
            'style="display:inline" class="nickname">Ray Charles Robinson</div><br><span '
            'style="display:none">(<span class="bday">1930-09-23</span>)</span>September 23, 1930'
            '<br><div style="display:inline" class="birthplace"><a href="./Albany">Albany, '
            'Georgia</a>, U.S.</div></td></tr><tr><th class="infobox-label">Died</th><td '
            'class="infobox-data">June 10, 2004<span style="display:none">(2004-06-10)</span> '
            "(aged&nbsp;73)<br>Beverly Hills, California, U.S.</td></tr></tbody></table>",
            [
                ("Birth name", "Ray Charles Robinson"), ("Born", "September 23, 1930"),
                ("Birthplace", "Albany, Georgia, U.S."), ("Died", "June 10, 2004"),
                ("Place of death", "Beverly Hills, California, U.S."),
            ],
        ),
        (  # German: labels are bare cells
            '<table class="infobox toptextcells float-right" id="Vorlage_Infobox_Stadt"><tr><th '
            'colspan="2">Ulm</th></tr><tr><td>Bundesland:</td><td><a href="BW">Baden-Württemberg'
            "</a></td></tr><tr><td><b>Einwohner:</b></td><td>128.928 <small>(31. Dez. 2023)</small>"
            "</td></tr></table>",
            [("Bundesland", "Baden-Württemberg"), ("Einwohner", "128.928 (31. Dez. 2023)")],
        ),
        (  # French: several tables in a box
            '<div class="infobox_v3 infobox infobox--frwiki large"><div class="entete">Ulm</div>'
            '<table><caption>Administration</caption><tr><th scope="row">Pays</th><td><a href="D">'
            'Allemagne</a></td></tr></table><table><tr><th scope="row">Superficie</th><td>'
            "118,7 km<sup>2</sup></td></tr></table></div>",
            [("Pays", "Allemagne"), ("Superficie", "118,7 km2")],
        ),
        (  # Spanish: labels over one column, values over two
            '<table class="infobox geography vcard"><tr><th colspan="3" class="cabecera">Ulm</th>'
            '</tr><tr><th scope="row" colspan="1">País</th><td colspan="2"><a href="A">Alemania'
            '</a></td></tr><tr><th scope="row">Nacimiento</th><td colspan="2">14 de marzo de 1879'
            "<br>Ulm (Imperio alemán)</td></tr></table>",
            [
                ("País", "Alemania"), ("Nacimiento", "14 de marzo de 1879"),
                ("Lugar de nacimiento", "Ulm (Imperio alemán)"),
            ],
        ),
        (  # Japanese
            '<table class="infobox vcard"><tr><th colspan="2">東京タワー</th></tr><tr><th '
            'scope="row">所在地</th><td><a href="T">東京都</a>港区</td></tr><tr><th>高さ</th><td>'
            "333&nbsp;m</td></tr></table>",
            [("所在地", "東京都港区"), ("高さ", "333 m")],
        ),
        (  # Chinese
            '<table class="infobox vcard" cellspacing="3"><tr><th colspan="2">乌尔姆</th></tr><tr>'
            '<th scope="row">国家：</th><td><a href="D">德国</a><span class="noprint ilh-comment">'
            "（英语：Germany）</span></td></tr></table>",
            [("国家", "德国")],
        ),
        (  # other wikis
            '<aside class="portable-infobox"><h2 class="pi-title">Ulm</h2><div class="pi-item '
            'pi-data"><h3 class="pi-data-label">Mayor</h3><div class="pi-data-value">Ada</div>'
            "</div></aside>",
            [("Mayor", "Ada")],
        ),
    ],
    ids=["en", "de", "fr", "es", "ja", "zh", "portable"],
)  # fmt: skip
def test_infoboxes_of_several_wikipedias(box: str, expected: list[tuple[str, str]]) -> None:
    page = read(f"{box}<p>Text.</p>")
    assert [(row.label, row.value) for row in page.infobox] == expected
    assert page.text == "Text."


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (["Bundesland", "Einwohner"], "location"), (["Regie", "Drehbuch"], "artifact"),
        (["Naissance", "Nationalité"], "person"), (["Pays", "Superficie"], "location"),
        (["Nacimiento", "Ocupación"], "person"), (["Reino", "Filo", "Clase"], "organism"),
        (["設計者", "竣工"], "building"), (["監督", "脚本", "公開"], "artifact"),
        (["国家", "面积", "人口"], "location"), (["出生", "职业"], "person"),
    ],
)  # fmt: skip
def test_kinds_by_the_labels_of_several_wikipedias(labels: list[str], kind: str) -> None:
    assert kind_of("X", "X.", labels, marked=False) == kind


def test_pictures_however_they_are_written() -> None:
    page = read(
        '<figure class="mw-default-size" typeof="mw:File/Thumb"><a class="mw-file-description">'
        '<img src="../I/thumb.webp" width="250"></a><figcaption>A <i>thumb</i></figcaption>'
        '</figure><span typeof="mw:File"><img src="../I/inline.png" alt="Inline"></span>'
        '<img src="data:image/gif;base64,R0" data-src="../I/lazy.jpg" class="lazy">'
        '<noscript><img src="../I/once.jpg"></noscript><span class="lazy-image-placeholder" '
        'data-src="../I/once.jpg" style="width: 9px"></span><img srcset="../I/set.jpg 1x, b 2x">'
    )
    assert [(shown.path, shown.caption) for shown in page.pictures] == [
        ("I/thumb.webp", "A thumb"), ("I/inline.png", "Inline"), ("I/lazy.jpg", ""),
        ("I/once.jpg", ""), ("I/set.jpg", ""),
    ]  # fmt: skip


def test_formulas_and_coordinates_are_read_once() -> None:
    page = read(
        '<p>Let <span class="mwe-math-element"><span style="display: none;"><math '
        'alttext="{\\displaystyle x^{2}}"><mi>x</mi></math></span><img alt="x^{2}" aria-hidden='
        '"true"></span> be at <span class="geo-default"><span class="latitude">48°N</span></span>'
        '<span class="geo-multi-punct"> / </span><span class="geo-nondefault">48.4; 9.9</span>.</p>'
    )
    assert page.text == "Let x^{2} be at 48°N."


def test_what_was_taken_out_leaves_no_empty_brackets() -> None:
    page = read(
        '<p>Ulm (<span class="noprint">listen</span>; born 1377) , see <a href="B">Blau</a> '
        '(<span class="ext-phonos">x</span>) .</p><ul><li></li><li>One</li></ul>'
    )
    assert page.text == "Ulm (born 1377), see Blau.\n- One"
    assert page.text[page.links[0].start :].startswith("Blau")


@given(st.lists(st.tuples(st.sampled_from(["(", ")", "; ", " , ", "ab", " ", ". "]),
                          st.booleans()), max_size=12))  # fmt: skip
def test_links_stay_where_their_words_are(parts: list[tuple[str, bool]]) -> None:
    flow = TextFlow()
    for words, linked in parts:
        if linked:
            flow.open_link("P")
        flow.write(words)
        flow.close_link()
    text, links = flow.finish()
    for link in links:
        assert text.startswith(link.words, link.start)
