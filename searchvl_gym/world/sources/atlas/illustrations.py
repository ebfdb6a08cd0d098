"""Which pictures an article gets, and what is written in them."""

from __future__ import annotations

from collections.abc import Mapping

from searchvl_gym.world.pictures import STYLES
from searchvl_gym.world.pictures.recipe import PictureRecipe
from searchvl_gym.world.records import ImageRecord
from searchvl_gym.world.sources.atlas.draws import Draws
from searchvl_gym.world.sources.atlas.entities import Atlas, Entity
from searchvl_gym.world.sources.atlas.figures import figures
from searchvl_gym.world.sources.atlas.kinds import Kinds, styles_of
from searchvl_gym.world.sources.atlas.photographs import photograph, subject_of

_PICTURES = 4
"""Purpose number of the draws here; see `Draws`."""

_WITH_PICTURE = 0.9
_WITH_SECOND = 0.16
_BESIDE_PHOTOGRAPHS = 0.35
"""Shares of the subjects with a picture that bears their name, with two, and with one where there
are photographs as well."""

STYLES_OF: Mapping[str, tuple[str, ...]] = {
    "country": ("coat_of_arms", "map", "chart"),
    "sea": ("map", "chart"),
    "town": ("street_sign", "coat_of_arms", "map", "skyline", "timetable", "poster"),
    "mountain": ("map", "street_sign", "poster"),
    "river": ("map", "street_sign", "bronze_plaque"),
    "architect": ("bronze_plaque", "identity_card", "poster"),
    "engineer": ("identity_card", "bronze_plaque"),
    "novelist": ("book_cover", "bronze_plaque", "poster", "identity_card"),
    "painter": ("poster", "identity_card", "bronze_plaque"),
    "composer": ("poster", "bronze_plaque", "identity_card"),
    "naturalist": ("identity_card", "bronze_plaque", "book_cover"),
    "explorer": ("identity_card", "bronze_plaque", "coat_of_arms"),
    "chemist": ("identity_card", "bronze_plaque"),
    "university": ("bronze_plaque", "street_sign", "chart"),
    "museum": ("bronze_plaque", "street_sign", "chart"),
    "bridge": ("bridge_scene", "bronze_plaque", "street_sign"),
    "theatre": ("bronze_plaque", "street_sign", "timetable"),
    "lighthouse": ("bronze_plaque", "skyline", "street_sign"),
    "tower": ("skyline", "bronze_plaque", "street_sign"),
    "railway station": ("timetable", "street_sign", "bronze_plaque"),
    "plant": ("botanical_plate", "museum_label"),
    "bird": ("museum_label", "chart"),
    "moth": ("museum_label", "chart"),
    "novel": ("book_cover", "museum_label"),
    "painting": ("museum_label", "poster"),
    "opera": ("poster", "book_cover"),
    "ship": ("museum_label", "poster"),
    "tonic": ("product_label", "poster"),
}
"""Styles that suit each type, the commonest first."""

_SIZES = ((768, 576), (800, 600), (720, 720), (640, 600), (896, 640))
_NOTES = {
    "map": ("Scale 1 : 50,000", "Scale 1 : 200,000", "Revised edition"),
    "timetable": ("Runs daily", "Not on holidays", "Change at the junction"),
    "chart": ("Source: yearbook", "Provisional figures", "Office of records"),
    "identity_card": ("Not transferable", "Signature of bearer", "Valid for ten years"),
    "museum_label": ("On loan", "Permanent collection", "Gift of a friend", "Please do not touch"),
    "botanical_plate": ("Drawn from life", "Hand-coloured", "After a pressed specimen"),
    "poster": ("Free entrance", "Doors open at seven", "By request"),
    "street_sign": ("Keep clear", "Public footpath"),
    "bronze_plaque": ("Erected by public subscription", "Placed by the historical society"),
}
_CAPTIONS = {
    "street_sign": "A street sign", "bronze_plaque": "A memorial plaque",
    "museum_label": "A museum label", "poster": "A poster", "book_cover": "The cover",
    "product_label": "A label", "botanical_plate": "A plate from a field guide", "map": "A map",
    "coat_of_arms": "The coat of arms", "timetable": "A timetable", "chart": "A chart",
    "skyline": "The skyline", "bridge_scene": "The bridge", "identity_card": "An identity card",
}  # fmt: skip


class Illustrator:
    """Chooses the pictures of any subject; the same ones in every process.

    Args:
        atlas: The subjects.
        views: Photographs of each subject that has an appearance.
        kinds: Which styles the pictures have that bear a name.
    """

    def __init__(self, atlas: Atlas, views: int = 0, kinds: Kinds = "all") -> None:
        self._atlas, self._views, self._kinds = atlas, views, kinds

    def illustrate(self, subject: int, first_image: int) -> list[ImageRecord]:
        """The pictures of a subject, none to two and its photographs, not drawn yet.

        Args:
            subject: Its id.
            first_image: Id for the first of them.
        """
        entity = self._atlas.entities[subject]
        named = self._named(entity, first_image)
        return named + self._photographs(entity, first_image + len(named))

    def _photographs(self, entity: Entity, first_image: int) -> list[ImageRecord]:
        """A subject's photographs, and a picture with figures where it has one."""
        if not self._views:
            return []
        recipes = []
        shown = subject_of(self._atlas, entity)
        if shown is not None:
            caption = f"A photograph of {entity.named}"
            recipes += [
                (photograph(self._atlas, shown, entity, number), caption)
                for number in range(self._views)
            ]
        table = figures(self._atlas, entity)
        if table is not None:
            recipes.append((table, f"Figures of {entity.named}"))
        return [
            ImageRecord(
                first_image + number, entity.id, caption, recipe, recipe.width, recipe.height
            )
            for number, (recipe, caption) in enumerate(recipes)
        ]

    def _named(self, entity: Entity, first_image: int) -> list[ImageRecord]:
        """Pictures that bear the subject's name."""
        draws = Draws(self._atlas.seed, entity.id, _PICTURES)
        if not draws.chance(_WITH_PICTURE if not self._views else _BESIDE_PHOTOGRAPHS):
            return []
        styles = styles_of(STYLES_OF[entity.type], self._kinds)
        if not styles:
            return []
        count = 2 if not self._views and draws.chance(_WITH_SECOND) else 1
        count = min(count, len(styles))
        chosen = [draws.skewed(styles, 1.3)]
        if count == 2:
            chosen.append(draws.choice([style for style in styles if style not in chosen]))
        return [
            self._picture(entity, style, first_image + number, draws)
            for number, style in enumerate(chosen)
        ]

    def _picture(self, entity: Entity, style: str, image: int, draws: Draws) -> ImageRecord:
        width, height = draws.choice(_SIZES)
        fields = self._fields(entity, style, draws)
        takes = STYLES[style].fields
        shown = {role: words for role, words in fields.items() if role in takes and words}
        seed = draws.below(2**31)
        recipe = PictureRecipe(style, seed, shown, width, height)
        caption = f"{_CAPTIONS[style]} of {entity.named}"
        return ImageRecord(image, entity.id, caption, recipe, width, height)

    def _fields(self, entity: Entity, style: str, draws: Draws) -> dict[str, str]:
        """Words for every role; they name the page but give away few of its facts."""
        atlas = self._atlas
        fields = {
            "title": entity.title,
            "subtitle": entity.type.capitalize(),
            "number": f"No. {draws.between(1, 980)}",
            "note": draws.choice(_NOTES.get(style, ("",))),
        }
        if entity.country >= 0 and entity.kind != "location":
            fields["place"] = atlas.entities[atlas.towns[entity.country][0]].title
        if entity.kind in ("building", "artifact"):
            fields["year"] = str(entity.year)
        elif entity.kind == "person" and entity.end:
            fields["year"] = f"{entity.year}–{entity.end}"
        if style == "book_cover" and entity.kind == "artifact":
            fields["subtitle"] = atlas.entities[entity.maker].title
        if style in ("map", "timetable", "chart"):
            fields["rows"] = self._rows(entity, style, draws)
        return fields

    def _rows(self, entity: Entity, style: str, draws: Draws) -> str:
        """The table of a timetable or chart, or the places of a map."""
        atlas = self._atlas
        country = entity.country if entity.country >= 0 else atlas.by_type["country"][0]
        towns = draws.some(atlas.towns[country][:30], 5)
        titles = [atlas.entities[town].title.split(",")[0] for town in towns]
        if style == "timetable":
            minute, rows = draws.between(300, 600), []
            for title in titles:
                rows.append(f"{title}|{minute // 60:02d}:{minute % 60:02d}|{draws.between(1, 9)}")
                minute += draws.between(11, 170)
            return ";".join(rows)
        if style == "chart":
            first = draws.between(1890, 1960)
            return ";".join(f"{first + 10 * n}|{draws.between(12, 98)}" for n in range(5))
        return ";".join(f"{title}|town" for title in titles if title != entity.title)
