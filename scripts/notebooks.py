"""Run the notebooks and keep what they show: `python scripts/notebooks.py [NAME …]`.

Needs the extra `dev`, and `train` for the notebook on training.
"""

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parent.parent / "examples"


def is_progress(output: Any) -> bool:
    """Whether an output is a progress bar, or a word of its library about how to draw one."""
    data = output.get("data", {})
    return output.output_type == "display_data" and not any(
        kind.startswith("image/") for kind in data
    )


def main() -> None:
    """Run those whose names begin with what is given, or all."""
    wanted = tuple(sys.argv[1:]) or ("",)
    for path in sorted(EXAMPLES.glob("*.ipynb")):
        if not path.name.startswith(wanted):
            continue
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(
            notebook, timeout=600, resources={"metadata": {"path": EXAMPLES}}, record_timing=False
        ).execute()
        for cell in notebook.cells:
            if "outputs" in cell:
                cell.outputs = [each for each in cell.outputs if not is_progress(each)]
        nbformat.write(notebook, path)
        print(path.name)


if __name__ == "__main__":
    main()
