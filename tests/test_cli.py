import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from searchvl_gym.cli import main
from searchvl_gym.rollout.store import image_path
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task, TaskImage, image_digest
from searchvl_gym.world import Page, WorldError, WorldWriter, open_world

SEARCHVL = [sys.executable, "-m", "searchvl_gym.cli"]


@pytest.fixture(scope="module")
def tiny_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("worlds") / "tiny"
    with WorldWriter(
        path, name="tiny", source="test", seed=0, licence="CC0-1.0", settings={}, relations=()
    ) as writer:
        writer.add_pages([Page(0, "Zürich", "location", "https://tiny/0", "A town.")])
        writer.finish()
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(np.full((40, 60, 3), 90, np.uint8)).save(path)
    return path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and the one line on standard error."""
    try:
        code = main(arguments)
    except SystemExit as error:  # argparse
        code = int(error.code or 0)
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert len(lines) == 1, captured.err
    assert "Traceback" not in captured.err
    return code, lines[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--episodes", "-3"], "must be at least 1, got -3"),
        (["--workers", "0"], "must be at least 1, got 0"),
        (["--seed", "-1"], "must be at least 0, got -1"),
        (["--episodes", "many"], "expected a whole number, got 'many'"),
        (["--env-arg", "world"], "expected name=value, got 'world'"),
        (["--env-arg", "k=1", "--env-arg", "k=2"], "--env-arg k was given twice"),
        (["--env", "SearchVL/Nowhere-v0"], "Nowhere"),
        (["--env", "SearchVL/World-v0"], "needs a world"),
        (["--policy", "genius"], "there is no policy 'genius'; available: "),
        (["--policy-arg", "colour=red"], "policy 'no_tool'"),
        (
            ["--policy", "random", "--policy-arg", "answer_chance=x"],
            "answer_chance must be above 0",
        ),
        (["--out", ""], "expected a path"),
        (["--split", "tset"], "choose from 'train', 'validation', 'test'"),
        (["--judge", "oracle"], "choose from 'rule', 'llm'"),
        (["--judge-arg", "model=m"], "judge 'rule' takes no model"),
        (["--judge", "llm", "--judge-arg", "speed=3"], "judge 'llm' takes no speed"),
        (["--env-arg", "reward=x"], "choose it by --judge"),
        (["--env-arg", "faults=0.3"], "faults must be Faults(rate=…)"),
        (["--env-arg", "max_steps=x"], "max_steps must be a whole number"),
        (["--env-arg", "max_steps=2.5"], "max_steps must be a whole number"),
        (["--env-arg", "max_pixels=x"], "max_pixels must be a whole number"),
        (["--env-arg", "tools=crop"], "one of release, perception"),
        (["--env-arg", "colour=red"], "unexpected keyword argument 'colour'"),
        (["--env", "no_such_module:World-v0"], "no_such_module"),
        (["--env", "CartPole-v1"], "environment CartPole-v1 does not work"),
    ],
)
def test_wrong_arguments_of_rollout(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], message: str
) -> None:
    out = tmp_path / "run"
    start = ["rollout", "--policy", "no_tool", "--out", str(out)]
    code, line = refused(capsys, *start, *arguments)
    assert code == 2
    assert message in line
    assert not out.exists()


def save_tasks(path: Path, image: TaskImage, world: str = "") -> Path:
    TaskSet([Task("t0", "Which town?", "Zürich", images=(image,), world=world)], "one").save(path)
    return path


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("task", "message"),
    [
        ((TaskImage(path="gone.png"),), "cannot read gone.png"),
        ((TaskImage(world_image=7),), "there is no picture 7"),
        ((TaskImage(path="photo.png"), "f" * 64), "made from the world ffffffffffff"),
    ],
)
def test_tasks_that_cannot_be_played_leave_no_run_behind(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tiny_world: Path,
    task: tuple[TaskImage],
    message: str,
    workers: str,
) -> None:
    tasks = save_tasks(tmp_path / "tasks.jsonl", *task)
    code, line = refused(
        capsys,
        *("rollout", "--env", "SearchVL/World-v0", "--policy", "no_tool", "--episodes", "1"),
        *("--env-arg", f"world={tiny_world}", "--env-arg", f"tasks={tasks}"),
        *("--workers", workers, "--out", str(tmp_path / "run")),
    )
    assert code == 1 and message in line
    assert list(tmp_path.iterdir()) == [tasks]


def test_a_world_without_relations_needs_tasks(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, tiny_world: Path
) -> None:
    world = ["--env", "SearchVL/World-v0", "--env-arg", f"world={tiny_world}"]
    out = str(tmp_path / "run")
    code, line = refused(capsys, "rollout", "--policy", "no_tool", "--out", out, *world)
    assert code == 2 and "tasks=FILE" in line
    assert not list(tmp_path.iterdir())


def test_a_world_of_rubbish_is_named_when_it_is_read(tmp_path: Path, tiny_world: Path) -> None:
    """Sizes fit, so it opens; what reads it says what is torn."""
    spoilt = shutil.copytree(tiny_world, tmp_path / "spoilt")
    for folder in ("text_index", "names"):
        for file in (spoilt / folder).iterdir():
            file.write_bytes(b"x" * file.stat().st_size)
    (spoilt / "pages.arrow").write_bytes(b"x" * (spoilt / "pages.arrow").stat().st_size)
    world = open_world(spoilt)
    for read in (world.verify, lambda: world.text_index, lambda: world.find("a"), world.pages):
        with pytest.raises(WorldError, match="rebuild"):
            list(read() or ())


def spoil(world: Path, target: Path, change: str) -> Path:
    shutil.copytree(world, target)
    manifest = target / "world.json"
    if change == "version":
        content = json.loads(manifest.read_text())
        content["info"]["format_version"] += 1
        manifest.write_text(json.dumps(content))
    elif change == "cut":
        manifest.write_text(manifest.read_text()[:40])
    else:
        manifest.unlink()
    return target


@pytest.mark.parametrize("change", ["missing", "version", "cut", "no manifest", "a file"])
@pytest.mark.parametrize("command", ["info", "rollout", "ask"])
def test_worlds_that_cannot_be_used(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tiny_world: Path,
    photo: Path,
    change: str,
    command: str,
) -> None:
    world = tmp_path / "world"
    if change == "a file":
        world.write_text("no world")
    elif change != "missing":
        spoil(tiny_world, world, change)
    out = tmp_path / "run"
    arguments = {
        "info": ["world", "info", str(world)],
        "rollout": [
            *("rollout", "--env", "SearchVL/World-v0", "--policy", "no_tool"),
            *("--out", str(out), "--env-arg", f"world={world}"),
        ],
        "ask": ["ask", str(photo), "What?", "--policy", "no_tool", "--world", str(world)],
    }[command]
    code, line = refused(capsys, *arguments)
    assert code == 1
    assert str(world) in line
    assert not out.exists()


def test_world_info_and_verify(capsys: pytest.CaptureFixture[str], tiny_world: Path) -> None:
    assert main(["world", "info", str(tiny_world), "--verify"]) == 0
    shown = capsys.readouterr().out
    assert "CC0-1.0" in shown
    assert "everything matches" in shown


def test_world_info_for_programs(capsys: pytest.CaptureFixture[str], tiny_world: Path) -> None:
    assert main(["world", "info", str(tiny_world), "--json", "--verify"]) == 0
    told = json.loads(capsys.readouterr().out)
    world = open_world(tiny_world)
    assert (told["name"], told["licence"], told["verified"]) == ("tiny", "CC0-1.0", True)
    assert told["fingerprint"] == world.fingerprint and told["counts"] == world.info.counts
    assert main(["world", "info", str(tiny_world), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verified"] is False


@pytest.mark.parametrize("source", ["atlas", "earth"])
def test_a_cache_that_cannot_be_written_is_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    source: str,
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SEARCHVL_CACHE", str(tmp_path / "file" / "cache"))
    code, line = refused(capsys, "world", "build", source, "--size", "mini")
    assert code == 1
    assert f"cannot write to the cache {tmp_path / 'file' / 'cache'}: Not a directory" in line
    assert "set $SEARCHVL_CACHE to a directory" in line


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (["rolout"], "rollout"),
        (["Doctor"], "doctor"),
        (["world", "biuld"], "build"),
        (["cache", "inof"], "info"),
        (["rollout", "--policy", "no_tool", "--split", "tset"], "test"),
    ],
)
def test_what_is_misspelt_gets_the_nearest_match(
    capsys: pytest.CaptureFixture[str], arguments: list[str], nearest: str
) -> None:
    code, line = refused(capsys, *arguments)
    assert code == 2 and f"; did you mean {nearest}?; see searchvl" in line


def test_what_resembles_nothing_gets_no_match(capsys: pytest.CaptureFixture[str]) -> None:
    code, line = refused(capsys, "zzzz")
    assert code == 2 and "did you mean" not in line


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"searchvl {version('searchvl-gym')}\n"


def test_the_package_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "searchvl_gym", "tools", "--json"], capture_output=True, text=True
    )
    assert done.returncode == 0 and len(json.loads(done.stdout)) == 10
    done = subprocess.run([sys.executable, "-m", "searchvl_gym"], capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.startswith("searchvl: ")


def test_an_existing_directory_is_not_built_over(
    capsys: pytest.CaptureFixture[str], tiny_world: Path
) -> None:
    before = (tiny_world / "world.json").read_bytes()
    code, line = refused(capsys, "world", "build", "--out", str(tiny_world))
    assert code == 1
    assert "exists already" in line
    assert (tiny_world / "world.json").read_bytes() == before


@pytest.mark.parametrize(
    ("image", "question", "code", "message"),
    [
        ("photo.png", None, 2, "needs a picture and words"),
        ("photo.png", "  ", 2, "needs a picture and words"),
        ("What is this?", "photo.png", 2, "the picture comes first"),
        ("nothing.png", "What?", 1, "cannot read"),
        ("text.png", "What?", 1, "not a readable picture"),
        ("What is this?", None, 2, "needs a picture and words"),
    ],
)
def test_ask_without_a_picture_or_a_question(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    photo: Path,
    image: str,
    question: str | None,
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.png").write_text("no picture")
    arguments = ["ask", image, *([] if question is None else [question]), "--policy", "no_tool"]
    got, line = refused(capsys, *arguments)
    assert got == code
    assert message in line


def test_ask_does_not_begin_when_the_page_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, photo: Path
) -> None:
    for out, message in (("nowhere/page.html", "not a directory"), (".", "name a file")):
        arguments = ["ask", str(photo), "What?", "--policy", "no_tool"]
        code, line = refused(capsys, *arguments, "--out", str(tmp_path / out))
        assert code == 1 and message in line


def test_tools(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tools", "--json"]) == 0
    schemas = json.loads(capsys.readouterr().out)
    assert len(schemas) == 10
    assert main(["tools"]) == 0
    shown = capsys.readouterr().out
    assert all(schema["function"]["name"] in shown for schema in schemas)
    assert main(["tools", "--json", "--set", "perception"]) == 0
    names = [tool["function"]["name"] for tool in json.loads(capsys.readouterr().out)]
    assert names[-1] == "open_image" and len(names) == 11


def test_ask_says_that_a_telephones_picture_was_reduced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, tiny_world: Path
) -> None:
    path = tmp_path / "phone.jpg"
    Image.new("RGB", (8160, 6144), (200, 80, 40)).save(path)
    world = ["--world", str(tiny_world)]
    assert main(["ask", str(path), "What is this?", "--policy", "no_tool", *world]) == 0
    assert "reduced from 8160x6144." in " ".join(capsys.readouterr().err.split())
    view = ["--env-arg", "view_pixels=4800", "--env-arg", "tools=perception"]
    arguments = ["ask", str(path), "What is this?", "--policy", "no_tool", *world]
    assert main([*arguments, *view]) == 0
    assert "shown at 79x60." in " ".join(capsys.readouterr().err.split())
    code, line = refused(capsys, *arguments, "--env-arg", "split=test")
    assert code == 2 and "got split" in line and "view_pixels" in line


def test_a_rollout_with_tools_and_a_view_by_name(tmp_path: Path, tiny_world: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.new("RGB", (320, 240), (200, 80, 40)).save(photo)
    tasks = save_tasks(tmp_path / "tasks.jsonl", TaskImage(path=str(photo)))
    chosen = ("tools=perception", "crop_coordinates=thousandths", "view_pixels=4800")
    arguments = [
        *("rollout", "--env", "SearchVL/World-v0", "--policy", "random", "--episodes", "1"),
        *("--out", str(tmp_path / "run")),
        *("--env-arg", f"world={tiny_world}", "--env-arg", f"tasks={tasks}"),
        *(part for one in chosen for part in ("--env-arg", one)),
    ]
    assert main(arguments) == 0
    pixels = np.asarray(Image.open(photo))
    kept = image_path(tmp_path / "run", image_digest(pixels))
    assert np.array_equal(np.asarray(Image.open(kept)), pixels)


def test_the_real_command_in_a_process_of_its_own(tmp_path: Path) -> None:
    arguments = ["rollout", "--policy", "genius", "--out", str(tmp_path / "run")]
    done = subprocess.run([*SEARCHVL, *arguments], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("searchvl: there is no policy 'genius'")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_lacks_letters_ends_no_command(tiny_world: Path, encoding: str) -> None:
    for arguments in (["tools"], ["world", "info", str(tiny_world)]):
        done = subprocess.run(
            [*SEARCHVL, *arguments],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding},
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode(encoding)


def test_starting_loads_nothing_heavy() -> None:
    code = (
        "import sys, searchvl_gym.cli as cli; cli.make_parser()\n"
        "print([m for m in ('cv2', 'torch', 'rich', 'pyarrow', 'onnxruntime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
