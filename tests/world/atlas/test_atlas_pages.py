"""The pages: what they say, where they link, how they hang together."""

import re
from collections import Counter

import numpy as np

from searchvl_gym.world import World
from searchvl_gym.world.folding import fold, words
from searchvl_gym.world.pictures import STYLES
from searchvl_gym.world.sources.atlas.entities import TYPES
from searchvl_gym.world.sources.atlas.illustrations import STYLES_OF
from searchvl_gym.world.sources.atlas.schema import BY_NAME

STRUCTURAL = ("list", "disambiguation")


def test_every_kind_and_structural_pages_are_there(atlas_world: World) -> None:
    kinds = Counter(page.kind for page in atlas_world.pages())
    assert set(kinds) == {
        "person", "building", "location", "organism", "artifact", "list", "disambiguation",
    }  # fmt: skip
    assert min(kinds.values()) >= 5


def test_titles_and_addresses_are_unique(atlas_world: World) -> None:
    titles = [fold(page.title) for page in atlas_world.pages()]
    assert len(set(titles)) == len(titles)
    assert len({page.url for page in atlas_world.pages()}) == len(atlas_world)


def test_anchors_stand_where_links_say(atlas_world: World) -> None:
    for page in atlas_world.pages():
        starts = [link.start for link in page.links]
        assert starts == sorted(starts)
        for link in page.links:
            assert page.text[link.start : link.start + len(link.anchor)] == link.anchor
            assert link.target != page.id
            other = atlas_world.page(link.target)
            assert link.anchor in (other.title, *other.aliases)


def test_some_anchors_are_aliases(atlas_world: World) -> None:
    aliases = [
        link
        for page in atlas_world.pages()
        for link in page.links
        if link.anchor != atlas_world.page(link.target).title
    ]
    assert len(aliases) > 20


def test_values_stand_in_text_and_infobox(atlas_world: World) -> None:
    for page in atlas_world.pages():
        infobox = dict(page.infobox)
        for fact in atlas_world.facts(page.id):
            relation = BY_NAME[fact.relation].relation
            assert relation.subject_kind == page.kind
            assert fact.value in page.text, (page.title, fact)
            assert infobox[relation.label] == fact.value
            assert len(words(fact.value)) <= 6
            if fact.target is not None:
                target = atlas_world.page(fact.target)
                assert target.kind == relation.target_kind
                assert fact.value == target.title


def test_facts_are_functional_and_every_relation_is_used(atlas_world: World) -> None:
    pairs = Counter((fact.subject, fact.relation) for fact in atlas_world.all_facts())
    assert max(pairs.values()) == 1
    assert {relation for _, relation in pairs} == set(BY_NAME)


def test_articles_have_a_lead_and_sections(atlas_world: World) -> None:
    for page in atlas_world.pages():
        if page.kind in STRUCTURAL:
            continue
        lead, *sections = re.split(r"\n\n== .+ ==\n", page.text)
        assert page.title in lead
        assert len(sections) >= 2
        assert all(section.strip().endswith((".", "”")) for section in sections), page.text
        assert "{" not in page.text
        assert "  " not in page.text
        assert " \n" not in page.text


def test_articles_hold_true_remarks_about_others(atlas_world: World) -> None:
    """Distractors: every article states values that belong to another page."""
    with_distractor = 0
    subjects = [page for page in atlas_world.pages() if page.kind not in STRUCTURAL]
    for page in subjects:
        own = {fact.value for fact in atlas_world.facts(page.id)}
        foreign = {
            fact.value
            for link in page.links
            for fact in atlas_world.facts(link.target)
            if fact.target is None and len(fact.value) > 4
        }
        with_distractor += any(value in page.text for value in foreign - own)
    assert with_distractor > 0.6 * len(subjects)


def test_in_degrees_are_heavy_tailed(atlas_world: World) -> None:
    degrees = np.sort(atlas_world.graph.in_degree)[::-1]
    assert degrees[0] >= 10 * max(1.0, float(np.median(degrees)))
    assert degrees[: len(degrees) // 10].sum() > 0.35 * degrees.sum()


def test_lists_and_disambiguations_lead_on(atlas_world: World) -> None:
    for page in atlas_world.pages():
        if page.kind in STRUCTURAL:
            assert len(page.links) >= 2
            assert not atlas_world.facts(page.id)
        if page.kind == "disambiguation":
            name = page.aliases[0]
            for link in page.links:
                assert name in link.anchor


def test_redirects_and_native_names_find_their_page(atlas_world: World) -> None:
    names = scripts = 0
    for page in atlas_world.pages():
        for redirect in page.redirects:
            assert atlas_world.find(redirect) == page.id
            names += 1
        scripts += any(re.search(r"[\u0370-\u04ff]", alias) for alias in page.aliases)
    assert names > 50
    assert scripts > 10
    assert any(not page.title.isascii() for page in atlas_world.pages())


def test_pictures_suit_their_pages_and_name_them(atlas_world: World) -> None:
    illustrated, doubles = set(), 0
    for image in atlas_world.images():
        page = atlas_world.page(image.page)
        assert image.id in page.images
        assert image.data is None
        assert image.recipe is not None
        style = STYLES[image.recipe.style]
        assert page.kind in style.kinds, (page.kind, style.name)
        assert set(image.recipe.fields) <= set(style.fields)
        assert image.recipe.fields["title"] == page.title
        assert (image.width, image.height) == (image.recipe.width, image.recipe.height)
        assert min(image.width, image.height) >= 512
        doubles += page.id in illustrated
        illustrated.add(page.id)
    subjects = sum(page.kind not in STRUCTURAL for page in atlas_world.pages())
    assert 0.84 < len(illustrated) / subjects < 0.95
    assert doubles > 10


def test_every_type_has_styles_and_all_styles_are_used() -> None:
    assert set(STYLES_OF) == set(TYPES)
    assert {style for styles in STYLES_OF.values() for style in styles} == {
        name for name, style in STYLES.items() if style.kinds
    }
