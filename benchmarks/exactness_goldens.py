"""What must be the same on every machine, as digests: drawings, spoilt pictures, fingerprints.

    python -m benchmarks.exactness_goldens             # write tests/world/golden_exactness.json
    python -m benchmarks.exactness_goldens --print     # print it; what the tests run on simulated
                                                       # machines
    python -m benchmarks.exactness_goldens --drawings  # print the digests of the drawings only

Write it anew after a change that is meant to change them: of drawing (raise `DRAWING_VERSION`
first), of the generator of Atlas or of Earth. Drawings belong to a release of Pillow, which draws
a rare pixel otherwise than the one before, and Earth's fingerprint to its data packages, so both
are kept under these. Those of other releases of Pillow stay until the version is raised.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import PIL

from searchvl_gym.tasks.degradation import apply
from searchvl_gym.types import Degradation, Image
from searchvl_gym.world.appearance import FAMILIES
from searchvl_gym.world.appearance.appearance import subject_name
from searchvl_gym.world.pictures import (
    DRAWING_VERSION,
    STYLES,
    PictureRecipe,
    all_styles,
    draw,
)
from searchvl_gym.world.sources.atlas import build_atlas
from searchvl_gym.world.sources.atlas.drawing import encode_picture
from searchvl_gym.world.sources.earth import build_earth
from searchvl_gym.world.sources.earth.flags import draw_flag
from searchvl_gym.world.sources.earth.illustrations import encode_jpeg
from searchvl_gym.world.sources.earth.maps import MappedCity, draw_map
from searchvl_gym.world.sources.earth.packages import check_packages

FILE = Path(__file__).parent.parent / "tests" / "world" / "golden_exactness.json"
EARTH_SIZE = 900
_FIELDS = {
    "title": "Great Observatory of Żelazna Wólka",
    "subtitle": "Founded by Ilmari Tjäder",
    "year": "1874",
    "place": "Axenstad",
    "number": "No. 217",
    "note": "A moth from the southern marshes",
    "rows": "Axenstad|412;Brymholt|286;Quenza|655;Öland|390",
}
_SPOILT = (
    Degradation("blur", 2.5, 1),
    Degradation("downsample", 3.0, 1),
    Degradation("perspective", 0.2, 1),
    Degradation("noise", 12.0, 1),
    Degradation("low_light", 0.3, 1),
    Degradation("oblique", 0.2, 1),
    Degradation("grain", 30.0, 1),
)


def drawings() -> dict[str, str]:
    """Digests of a picture of every style and family, a flag, a map, and every degradation."""
    digests = {}
    for style in (name for name in STYLES if STYLES[name].required == "title"):
        recipe = PictureRecipe(style, 4, _FIELDS, 640, 512)
        digests[style] = _digest(draw(recipe).pixels)
    for style, recipe in _scenes().items():
        digests[style] = _digest(draw(recipe).pixels)
    digests["flag"] = _digest(draw_flag("CH"))
    cities = [MappedCity("Kotka", 60.47, 26.95, True), MappedCity("Oulu", 65.01, 25.47)]
    digests["outline map"] = _digest(draw_map("FI", "Finland", cities))
    whole = draw(PictureRecipe("poster", 4, _FIELDS, 640, 512)).pixels
    for degradation in _SPOILT:
        digests[f"spoilt by {degradation.kind}"] = _digest(apply(whole, degradation))
    for family in FAMILIES:
        fields = {"subject": subject_name(family, 4, 4)}
        photograph = draw(PictureRecipe("photograph", 4, fields, 688, 516))
        digests[f"photograph of {family}"] = _digest(photograph.pixels)
    stored = encode_picture(PictureRecipe("map", 4, _FIELDS, 640, 512))
    digests["stored file"] = hashlib.sha256(stored).hexdigest()
    digests["stored flag"] = hashlib.sha256(encode_jpeg(draw_flag("CH"))).hexdigest()
    return digests


def _scenes() -> dict[str, PictureRecipe]:
    """A small picture of every style that is made of items or of rows alone."""
    items = json.dumps([{"name": f"Place {number}"} for number in range(20)])
    fewer = json.dumps([{"name": f"Place {number}"} for number in range(12)])
    fields = {"rows": "08:15|412|3;09:40|286|1;11:05|655|2;14:35|390|4"}
    recipes = {}
    styles = all_styles()
    for style in (name for name in styles if styles[name].required in ("items", "rows")):
        shown = {**fields, "items": items if style == "town_map" else fewer}
        recipes[style] = PictureRecipe(style, 4, shown, 1200, 900)
    return recipes


def fingerprints() -> dict[str, str]:
    """Fingerprints of Atlas mini and of the smallest Earth, neither with drawn pictures."""
    with tempfile.TemporaryDirectory() as folder:
        atlas = build_atlas(
            Path(folder, "atlas"), size="mini", pictures="on_demand", progress=False
        )
        earth = build_earth(Path(folder, "earth"), size=EARTH_SIZE, pictures="none", progress=False)
        return {"atlas mini, on demand": atlas.fingerprint, earth_name(): earth.fingerprint}


def earth_name() -> str:
    """Name of the smallest Earth with the data packages that are installed."""
    packages = ", ".join(f"{name} {version}" for name, version in sorted(check_packages().items()))
    return f"earth {EARTH_SIZE}, without pictures, from {packages}"


def pillow_name() -> str:
    """The release of Pillow that is installed."""
    return f"Pillow {PIL.__version__}"


def goldens() -> dict[str, Any]:
    """Everything that `FILE` holds of this machine."""
    return {
        "drawing_version": DRAWING_VERSION,
        "drawings": {pillow_name(): drawings()},
        "fingerprints": fingerprints(),
    }


def main(arguments: list[str] | None = None) -> int:
    """Write or print the digests."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--print", action="store_true", help="print, and write nothing")
    parser.add_argument("--drawings", action="store_true", help="print those of drawings only")
    options = parser.parse_args(arguments)
    made = drawings() if options.drawings else goldens()
    if options.print or options.drawings:
        print(_as_text(made))
        return 0
    held = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    if held.get("drawing_version") == DRAWING_VERSION:
        made["drawings"] = held["drawings"] | made["drawings"]
    FILE.write_text(_as_text(made) + "\n", encoding="utf-8")
    return 0


def _as_text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False)


def _digest(pixels: Image) -> str:
    return hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
