"""What the distribution brings without its extra `worker`, installed as anybody would install it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import worker
from infra.extras import without_worker

ROOT = Path(worker.__file__).parent
SAMPLES = {
    "contract": "from workflows.contract import VideoRequest; VideoRequest(prompt='A film about a mug')",
    "client": "from infra.temporal import connect; from starter.films import Films; Films(None)",
    "links": """
from activities.storage.objects import ObjectStore
store = ObjectStore(endpoint=None, bucket="reel", region="eu-west-1", access_key="KEY", secret_key="SECRET")
assert store.presign("videos/film-mug/cuts/1/film.mp4").startswith("https://")
""",
}
HEAVY = ("cv2", "av", "ffmpeg", "openai", "google.genai", "replicate", "fal_client", "asyncpg", "starlette")


def run(*line: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    # Elsewhere than in the checkout, whose modules would be found before those that are installed.
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=200)


def uv(*line: str | Path) -> None:
    subprocess.run(["uv", *line], check=True, timeout=200)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel alone, in the versions that are pinned here."""
    folder = tmp_path_factory.mktemp("bare")
    pins = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["constraint-dependencies"]
    (folder / "pins").write_text("\n".join(pins))
    uv("build", "--wheel", "--quiet", "--out-dir", folder, ROOT)
    uv("venv", "--quiet", "--python", sys.executable, folder / "venv")
    (wheel,) = folder.glob("*.whl")
    uv("pip", "install", "--quiet", "--python", folder / "venv", "--constraints", folder / "pins", wheel)
    return folder / "venv" / "bin"


@pytest.mark.parametrize("what", SAMPLES)
def test_contract_client_and_links_need_no_extra(bare: Path, tmp_path: Path, what: str) -> None:
    ended = run(bare / "python", "-c", SAMPLES[what], folder=tmp_path)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("line", ["--help", "--version", "schema", "status --help", "make --help"])
def test_the_command_explains_itself_without_the_extra(bare: Path, tmp_path: Path, line: str) -> None:
    ended = run(bare / "reel", *line.split(), folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_only_a_worker_needs_is_not_installed(bare: Path, tmp_path: Path) -> None:
    tried = f"""
from importlib import import_module
for name in {HEAVY}:
    try:
        import_module(name)
        print(name)
    except ImportError:
        pass
"""
    assert run(bare / "python", "-c", tried, folder=tmp_path).stdout == ""


def test_what_says_a_cut_to_other_editors_is_an_extra_of_its_own() -> None:
    missing = ModuleNotFoundError("No module named 'opentimelineio'", name="opentimelineio")
    assert "pip install 'reelwright[worker,edit]'" in (without_worker(missing) or "")


@pytest.mark.parametrize(
    "line",
    ["reel make film", "reel up", "reel status ID", "reel watch ID", "reel stop ID", "python -m worker"],
)
def test_what_needs_the_extra_says_so_in_a_sentence(bare: Path, tmp_path: Path, line: str) -> None:
    program, *words = line.split()
    ended = run(bare / program, *words, "--home", tmp_path / "home", folder=tmp_path)
    assert ended.returncode == 4
    assert "pip install 'reelwright[worker]'" in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr
