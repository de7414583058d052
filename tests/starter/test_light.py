"""How little is loaded by whoever only imports the contract, asks `reel` for help, or how a film stands."""

from __future__ import annotations

import subprocess
import sys

import pytest

CONTRACT = {"annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}
# The command line, and what colours its words; `attr` is looked for by rich, and used where it is there.
COMMAND = {"annotated_doc", "attr", "markdown_it", "mdurl", "pygments", "rich", "shellingham", "typer"}
# What asks Temporal how a film stands: neither S3's client, nor what makes films.
ASKING = {
    *("dotenv", "filelock", "google", "nexusrpc", "platformdirs", "psutil", "pydantic_settings"),
    "temporalio",
}
LINES = {
    "import workflows.contract": CONTRACT,
    "from starter.cli import app; app(['--help'], standalone_mode=False)": CONTRACT | COMMAND,
    "from starter.cli import app; app(['status', '--help'], standalone_mode=False)": CONTRACT | COMMAND,
    "from starter.cli import app; app(['make', '--help'], standalone_mode=False)": CONTRACT | COMMAND,
    "from starter.cli import app; app(['batch', 'run', '--help'], standalone_mode=False)": CONTRACT | COMMAND,
    "import starter.cli, starter.deleted, starter.session": CONTRACT | COMMAND | ASKING,
}
OURS = {"workflows", "activities", "infra", "starter", "worker", "__main__", "__mp_main__"}


@pytest.mark.parametrize("line", LINES)
def test_only_these_libraries_are_loaded(line: str) -> None:
    script = f"{line}\nimport sys\nprint('LOADED', *sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    names = {name.split(".")[0] for name in said.stdout.rpartition("LOADED ")[2].split()}
    # Part of the standard library under a name of this machine's own.
    known = {*sys.stdlib_module_names, *OURS, *(name for name in names if name.startswith("_sysconfigdata"))}
    assert names - known <= LINES[line]
