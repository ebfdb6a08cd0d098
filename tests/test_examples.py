"""The notebooks run from top to bottom."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parent.parent / "examples"


NEEDED = {
    "02_curation": ("matplotlib",),
    "03_training": ("torch", "transformers", "matplotlib"),
    "04_leaderboard": ("matplotlib",),
}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=pytest.mark.needs(*NEEDED.get(path.stem, ())), id=path.stem)
        for path in sorted(EXAMPLES.glob("*.ipynb"))
    ],
)
def test_notebook_runs(path: Path, mini_world: object) -> None:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": EXAMPLES}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
