"""`searchvl tools`: the tools and their arguments."""

from __future__ import annotations

import argparse
import json
from typing import Any


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("tools", help="the tools and their arguments")
    parser.add_argument("--json", action="store_true", help="OpenAI function schemas")
    parser.add_argument(
        "--set",
        choices=("release", "perception"),
        default="release",
        help="the ten of the release, or those with open_image (%(default)s)",
    )
    parser.set_defaults(run=run_tools)


def run_tools(options: argparse.Namespace) -> int:
    """Run the command."""
    from searchvl_gym.tools.catalog import make_suite

    schemas = make_suite(options.set).schemas()
    if options.json:
        print(json.dumps(schemas, indent=2, ensure_ascii=False))
        return 0
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("tool", "what it does", "arguments", show_lines=True)
    for schema in schemas:
        function = schema["function"]
        required = function["parameters"].get("required", [])
        arguments = [
            key if key in required else f"{key} = {json.dumps(details.get('default'))}"
            for key, details in function["parameters"]["properties"].items()
        ]
        table.add_row(
            Text(function["name"], "bold"),
            Text(function["description"]),
            Text("\n".join(arguments)),
        )
    Console().print(table)
    return 0
