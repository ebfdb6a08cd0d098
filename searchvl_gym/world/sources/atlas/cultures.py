"""Invented peoples: the sounds that their names are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Culture:
    """How a people forms its names.

    Attributes:
        name: Of the people's language.
        onsets: Beginnings of syllables.
        vowels: Middles of syllables.
        codas: Ends of closed syllables; the empty string for open ones.
        given: Endings of given names.
        family: Endings of surnames.
        town: Endings of names of towns.
        country: Endings of names of countries.
        script: `latin`, `greek` or `cyrillic`: how the people writes itself.
    """

    name: str
    onsets: tuple[str, ...]
    vowels: tuple[str, ...]
    codas: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]
    town: tuple[str, ...]
    country: tuple[str, ...]
    script: str = "latin"


def _culture(
    name: str,
    onsets: str,
    vowels: str,
    codas: str,
    given: str,
    family: str,
    town: str,
    country: str,
    script: str = "latin",
) -> Culture:
    """A culture from parts that are separated by spaces; `-` stands for nothing."""

    def split(parts: str) -> tuple[str, ...]:
        return tuple("" if part == "-" else part for part in parts.split())

    return Culture(
        name,
        split(onsets),
        split(vowels),
        split(codas),
        split(given),
        split(family),
        split(town),
        split(country),
        script,
    )


CULTURES = (
    _culture(
        "Veldic", "b br d dr f fj g gr h k kv l m n r s sk st sv t th v", "a e i o a e i o u å ø",
        "- l n nd r rn lm rd", "ar e in or und ild", "mark sen strøm lund gaard vik dahl",
        "havn by stad vik sund ås", "mark land ige",
    ),
    _culture(
        "Marenese", "b c d f g gl l m n p pr qu r s sc t tr v z", "a e i o a e i o u è",
        "- l n r s nd", "o a io ella ino etta", "ari etti ano olo elli ucci",
        "ezza one ara ino ola", "onia ania ura",
    ),
    _culture(
        "Oszkar", "b cs d f g gy h j k l m n p r s sz t v z zs", "a e i o a e i o u á é ö",
        "- k l n r s t nd", "os ár en ka ika ás", "váry ossy ányi ési óczy eki",
        "háza vár fal hely kút", "ország ország oria",
    ),
    _culture(
        "Tavric", "b d g k l m n p r s t v z st zd", "a e i o u", "- n r s l nd",
        "im ena or ina ota il", "enko arov itsky anov elik", "grad ovka opol ino ets",
        "avia uria orod", script="cyrillic",
    ),
    _culture(
        "Ilissian", "b d g k l m n p r s t ph th kl pr", "a e i o u", "n r s l",
        "os ia on ene ikos ora", "akis ides oulos atos ellis", "polis os ea ion ousa",
        "essia oia ene", script="greek",
    ),
    _culture(
        "Quenric", "b br c d f g gl gw h l m n p r t tr w", "a e i o u e o y", "- n r l th nt rn",
        "an wen yn or eth ion", "awr ellyn idd owen arth", "mouth ford wick ham bury combe",
        "wall ria mere",
    ),
    _culture(
        "Sahiri", "b d f gh h j k kh l m n q r s sh t y z", "a i u a i u a ā ī", "- n r l m s",
        "im ar ah ira an een", "āni awi īri ādi oun", "abad ra īya oun aq", "istan iya ara",
    ),
    _culture(
        "Ondoro", "b d k l m n nd mb ng r s t w z", "a e i o u", "-", "a o i ela uma ani",
        "ongo embe uka andi ola", "ala undu eni ombe aro", "onda umbia aru",
    ),
    _culture(
        "Łężan", "b br cz d g j k kr l ł m n p r rz s sz t w z ż", "a e i o a e i o u ę ó",
        "- k l n r s",
        "aw ina isz ena ek osz", "ski owicz iński ak ecki", "owo ice ów in no", "anka ecja ynia",
    ),
    _culture(
        "Kōmari", "h k m n r s sh t y z ts", "a e i o u a i o ō", "- - n", "ko ro mi ta na ji",
        "moto saka naga ri shima", "saki hama mura ra kawa", "koku ria nara",
    ),
)  # fmt: skip
"""Ten peoples; countries take them in turn."""

_GREEK = (
    ("th", "θ"), ("ph", "φ"), ("ps", "ψ"), ("ou", "ου"), ("a", "α"), ("b", "β"), ("d", "δ"),
    ("e", "ε"), ("f", "φ"), ("g", "γ"), ("h", "χ"), ("i", "ι"), ("k", "κ"), ("l", "λ"), ("m", "μ"),
    ("n", "ν"), ("o", "ο"), ("p", "π"), ("r", "ρ"), ("s", "σ"), ("t", "τ"), ("u", "υ"), ("v", "β"),
    ("x", "ξ"), ("y", "υ"), ("z", "ζ"),
)  # fmt: skip
_CYRILLIC = (
    ("sh", "ш"), ("ts", "ц"), ("ia", "ия"), ("a", "а"), ("b", "б"), ("d", "д"), ("e", "е"),
    ("f", "ф"), ("g", "г"), ("h", "х"), ("i", "и"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"),
    ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("v", "в"), ("y", "й"),
    ("z", "з"),
)  # fmt: skip


def in_native_script(name: str, script: str) -> str | None:
    """A name in its people's own script, or None when that is Latin or lacks a letter.

    >>> in_native_script("Tavrina", "cyrillic")
    'Таврина'
    """
    if script == "latin":
        return None
    letters = _GREEK if script == "greek" else _CYRILLIC
    final = "ς" if script == "greek" else ""
    words = []
    for word in name.lower().split():
        written, rest = "", word
        while rest:
            for latin, native in letters:
                if rest.startswith(latin):
                    written, rest = written + native, rest[len(latin) :]
                    break
            else:
                return None
        if final and written.endswith("σ"):
            written = written[:-1] + final
        words.append(written[:1].upper() + written[1:])
    return " ".join(words)
