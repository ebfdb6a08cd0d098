"""What the importer yields trains: the loader of SFT takes it as it takes rollouts."""

from dataclasses import replace
from pathlib import Path

from algos import sft
from algos.models import Checkpoint
from algos.tokens.conversation import Conversation
from algos.training.demonstrations import read_demonstrations, tokenise
from searchvl_gym.chat import FORMATS
from searchvl_gym.curation.release.sft import import_sft
from searchvl_gym.rollout import StoredPictures
from tests.algos.tiny_setting import SFT
from tests.curation.release.release_shapes import row, write_pictures, write_sharegpt


def test_imported_rows_train(checkpoint: Checkpoint, tmp_path: Path) -> None:
    write_pictures(tmp_path)
    imported = tmp_path / "imported"
    import_sft(write_sharegpt(tmp_path, [row(), row()]), imported)
    conversation, form = Conversation(checkpoint), FORMATS["opensearch_vl"]
    data = [
        tokenise(each, StoredPictures(imported), conversation, form, "Answer.")
        for each in read_demonstrations(imported)
    ]
    written = [
        token for token, wrote in zip(data[0].tokens, data[0].generated, strict=True) if wrote
    ]
    turns = [turn["value"] for turn in row()["conversations"] if turn["from"] == "gpt"]
    # The loss is on what the model wrote, to the letter, and on nothing else.
    assert conversation.decode(written) == "".join(turns)
    trained = sft.train(checkpoint, data, replace(SFT, steps=1), tmp_path / "run")
    assert (tmp_path / "run" / "model").is_dir() and trained is checkpoint
