"""The weights that verl trained as a checkpoint of ours.

    python -m algos.verl_adapter.checkpoint checkpoints/…/global_step_200 --base Qwen3-VL-8B \
        --out runs/grpo/model --world WORLD

verl writes a folder for `transformers` beside its shards where `hf_model` is among
`actor.checkpoint.save_contents`, as in our configurations. Here it gets what verl does not write:
the image preprocessor and the card that says what the model was trained with.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from algos.models.checkpoint import CARD, CheckpointError, load_reader, replace_folder
from algos.training.trained_worlds import note_worlds
from algos.verl_adapter.settings import PlaySettings
from searchvl_gym.chat import FORMATS
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.world import WorldError
from searchvl_gym.world.many import Worlds

READERS = (
    "preprocessor_config.json",
    "tokenizer_config.json",
    "tokenizer.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "chat_template.json",
    "video_preprocessor_config.json",
    "generation_config.json",
)
"""Files that do not change in training, taken from the base model where verl left them out."""


def bring_back(
    step: str | Path,
    base: str | Path,
    out: str | Path,
    settings: PlaySettings,
    worlds: Mapping[str, str] | None = None,
) -> Path:
    """Make a checkpoint of a folder of verl's.

    Args:
        step: A folder `global_step_N`, its `actor`, or the `huggingface` folder itself.
        base: The checkpoint that training began with.
        out: Where the checkpoint goes; an older one is replaced.
        settings: With which it was trained.
        worlds: Names of the worlds that it was trained in, by fingerprint.

    Raises:
        CheckpointError: When the folder has no whole model; one line says what to do.
    """
    source = _find(Path(step))
    target = Path(out)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copytree(source, temporary)
        for name in READERS:
            if not (temporary / name).exists() and (Path(base) / name).is_file():
                shutil.copy2(Path(base) / name, temporary / name)
        schemas = make_suite(settings.tools, settings.crop_coordinates).schemas()
        card: dict[str, Any] = {
            "wire_format": settings.wire_format,
            "system_prompt": FORMATS[settings.wire_format].system_prompt(schemas),
        }
        note_worlds(card, worlds or {}, worlds)
        written = json.dumps(card, indent=2, ensure_ascii=False, sort_keys=True)
        (temporary / CARD).write_text(written + "\n", encoding="utf-8")
        load_reader(temporary)
        replace_folder(temporary, target)
    except OSError as error:
        raise CheckpointError(f"cannot write the checkpoint {target}: {error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def _find(step: Path) -> Path:
    places = (step, step / "huggingface", step / "actor" / "huggingface")
    for place in places:
        if (place / "config.json").is_file() and any(place.glob("*.safetensors")):
            return place
    raise CheckpointError(
        f"{step} has no whole model; merge the shards first: python -m verl.model_merger merge "
        f"--backend fsdp --local_dir {step}/actor --target_dir {step}/actor/huggingface"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Bring trained weights back as a checkpoint.")
    parser.add_argument("step", type=Path, help="folder global_step_N that verl wrote")
    parser.add_argument("--base", type=Path, required=True, help="the checkpoint it began with")
    parser.add_argument("--out", type=Path, required=True, help="where the checkpoint goes")
    parser.add_argument("--tools", default="release", help="as in training (%(default)s)")
    parser.add_argument("--crop-coordinates", default="pixels", help="as in training")
    parser.add_argument("--wire-format", default="opensearch_vl", choices=sorted(FORMATS))
    parser.add_argument("--world", help="path of the world or worlds, or a range, for the card")
    options = parser.parse_args(arguments)
    settings = PlaySettings(
        tools=options.tools,
        crop_coordinates=options.crop_coordinates,
        wire_format=options.wire_format,
    )
    try:
        worlds = {}
        if options.world:
            many = Worlds([options.world])
            worlds = {many.at(place).fingerprint: name for place, name in enumerate(many.names)}
        bring_back(options.step, options.base, options.out, settings, worlds)
    except (CheckpointError, WorldError, ValueError) as error:
        print(f"checkpoint: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: a checkpoint")
    return 0


if __name__ == "__main__":
    sys.exit(main())
