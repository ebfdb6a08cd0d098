"""What a scene is given to show: named things, each perhaps with a second line and a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from searchvl_gym.world.pictures.recipe import PictureRecipe, recipe_from_json

LETTERS = {"tiny": (7, 7), "small": (8, 10), "medium": (16, 24)}
"""Names of letter sizes and the height of capitals, in pixels of the full picture.

At 12 megapixels `small` ones are lost once text recognition reduces the picture to read it as a
whole; at 6 megapixels only `tiny` ones are, and in still smaller pictures none.
"""


@dataclass(frozen=True)
class Entry:
    """A thing that a scene shows.

    Attributes:
        name: What is written on it.
        detail: A second line; empty for none.
        picture: What it shows, drawn small; None for something made up.
    """

    name: str
    detail: str = ""
    picture: PictureRecipe | None = None


def items_field(entries: Sequence[Entry]) -> str:
    """Entries as the text of the recipe field `items`.

    >>> items_field([Entry("Axenstad", "412 km")])
    '[{"detail":"412 km","name":"Axenstad"}]'
    """
    items = []
    for entry in entries:
        item: dict[str, object] = {"name": entry.name}
        if entry.detail:
            item["detail"] = entry.detail
        if entry.picture is not None:
            recipe = entry.picture
            item["picture"] = {
                "style": recipe.style,
                "seed": recipe.seed,
                "fields": dict(recipe.fields),
                "width": recipe.width,
                "height": recipe.height,
            }
        items.append(item)
    return json.dumps(items, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_entries(text: str, least: int, most: int) -> list[Entry]:
    """Read the recipe field `items`.

    Args:
        text: A JSON list of objects with `name` and, if wanted, `detail` and `picture`.
        least: Fewest entries.
        most: Most entries.

    Raises:
        ValueError: The text is no such list, or it is too short or too long.

    >>> read_entries('[{"name": "Axenstad"}]', 1, 9)[0].name
    'Axenstad'
    """
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"The items of a scene are not JSON ({error}).") from error
    if not isinstance(values, list) or not least <= len(values) <= most:
        raise ValueError(f"Give the items of this scene as a list of {least} to {most} objects.")
    return [_entry(value) for value in values]


def letter_range(fields: Mapping[str, str]) -> tuple[int, int]:
    """Least and greatest height of capitals that the recipe field `letters` asks for.

    Raises:
        ValueError: The field is not one of `LETTERS`.
    """
    wanted = fields.get("letters", "small")
    if wanted not in LETTERS:
        raise ValueError(f"There are no letters {wanted!r}; use one of {', '.join(LETTERS)}.")
    return LETTERS[wanted]


def _entry(value: object) -> Entry:
    if not isinstance(value, dict) or not set(value) <= {"name", "detail", "picture"}:
        raise ValueError(
            "An item of a scene is an object with name and, if wanted, detail and picture; got "
            f"{str(value)[:200]!r}."
        )
    name, detail = value.get("name"), value.get("detail", "")
    if not isinstance(name, str) or not name.strip() or not isinstance(detail, str):
        raise ValueError(f"An item of a scene needs a name, as text; got {str(value)[:200]!r}.")
    picture = value.get("picture")
    recipe = None if picture is None else recipe_from_json(json.dumps(picture))
    return Entry(" ".join(name.split()), " ".join(detail.split()), recipe)
