"""What a picture is made from and what is known about it: recipe in, pixels and truth out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from searchvl_gym.types import Image

Point = tuple[float, float]


@dataclass(frozen=True)
class PictureRecipe:
    """Everything that decides a drawn picture, so that it can be drawn again anywhere.

    Attributes:
        style: One of `searchvl_gym.world.pictures.STYLES`.
        seed: Decides colours, layout, perspective, lighting and texture.
        fields: The words to put in, by role (`title`, `subtitle`, `year`, …); see the style's
            documentation.
        width: Pixels, at least 512.
        height: Pixels, at least 512.
    """

    style: str
    seed: int
    fields: Mapping[str, str] = field(default_factory=dict)
    width: int = 768
    height: int = 576


@dataclass(frozen=True)
class TextLine:
    """One line of text in a picture.

    Attributes:
        text: Exactly what is written.
        quad: Corners in pixels, clockwise from the line's top left.
        role: The recipe field that it shows, or `decor`.
    """

    text: str
    quad: tuple[Point, Point, Point, Point]
    role: str = "decor"


@dataclass(frozen=True)
class ObjectBox:
    """One object in a picture: `label` and its box `(x, y, width, height)` in pixels."""

    label: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Picture:
    """A drawn picture and its ground truth.

    Attributes:
        pixels: RGB.
        lines: Every line of text that is legible in principle.
        objects: Every object that the scene is made of.
    """

    pixels: Image
    lines: tuple[TextLine, ...]
    objects: tuple[ObjectBox, ...]


def recipe_to_json(recipe: PictureRecipe) -> str:
    """Write a recipe as one line of JSON, with sorted keys, so that equal recipes are equal text.

    >>> recipe_to_json(PictureRecipe("map", 3, {"title": "Öland"}))
    '{"fields":{"title":"Öland"},"height":576,"seed":3,"style":"map","width":768}'
    """
    return json.dumps(
        {
            "style": recipe.style,
            "seed": recipe.seed,
            "fields": dict(recipe.fields),
            "width": recipe.width,
            "height": recipe.height,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def recipe_from_json(text: str) -> PictureRecipe:
    """Read a recipe that `recipe_to_json` wrote.

    Args:
        text: A JSON object with exactly the attributes of `PictureRecipe`.

    Raises:
        ValueError: The text is not JSON, or an attribute is missing, unknown or of a wrong type.

    >>> recipe_from_json(recipe_to_json(PictureRecipe("map", 3))) == PictureRecipe("map", 3)
    True
    """
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"A picture recipe is not JSON ({error}); build the world again."
        ) from error
    types = {"style": str, "seed": int, "fields": dict, "width": int, "height": int}
    if not isinstance(values, dict) or set(values) != set(types):
        raise ValueError(
            f"A picture recipe needs exactly the keys {', '.join(types)}; got {text[:200]!r}."
        )
    for key, kind in types.items():
        if not isinstance(values[key], kind) or isinstance(values[key], bool):
            raise ValueError(
                f"A picture recipe's {key!r} must be of type {kind.__name__}, "
                f"not {type(values[key]).__name__}."
            )
    if not all(isinstance(value, str) for value in values["fields"].values()):
        raise ValueError("A picture recipe's fields must all be text.")
    return PictureRecipe(**values)
