"""What README, and the pages it leads to, say of names, options, models and beats is so."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest
from typer.main import get_command

from activities.film.planning.library import Library
from activities.models.catalogue import Catalogue
from infra.settings import Settings
from starter.cli import app
from tests.bench.makespan import METHODS
from tests.support.subjects import ROOT
from workflows.film.request import parse_request

README = (ROOT / "README.md").read_text()
DOCS = sorted((ROOT / "starter/docs").glob("*.md"))
#: README and what lies beyond its ten minutes.
PAGES = "\n".join((README, *(page.read_text() for page in DOCS)))
CATALOGUE = Catalogue.load()
# Read by the starter, or by what the tests alone run, and so no settings of a studio.
NO_SETTINGS = {"REEL_S3_"}
# Switches of which README names the one that changes something, and what every command has.
SHORT = {"--music", "--titles", "--preview", "--help"}


def prose() -> list[str]:
    """The lines that are neither code nor tables."""
    plain = re.sub(r"^```.*?^```$", "", PAGES, flags=re.S | re.M)
    return [line for line in plain.splitlines() if not line.startswith("|")]


def test_its_prose_fits_into_120_columns() -> None:
    assert not [line for line in prose() if len(line) > 120]


def test_every_option_of_make_is_named_and_there() -> None:
    synopsis = README[README.index("reel make PROMPT") : README.index("reel up ")]
    named = set(re.findall(r"--[a-z-]+", synopsis))
    make = get_command(app).commands["make"]  # type: ignore[attr-defined]
    there = {name for option in make.params for name in (*option.opts, *option.secondary_opts)}
    assert named == {name for name in there if name.startswith("--")} - SHORT


def test_every_command_is_named() -> None:
    said = README[README.index("reel make PROMPT") : README.index("(`uv run reel …`")]
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert not [name for name in commands if not re.search(rf"\b{name}\b", said)]


def test_the_plan_that_it_shows_is_taken() -> None:
    (shown,) = re.findall(r'`(\{"beats": .*?\]\})`', README, re.S)
    request = parse_request(json.dumps({"prompt": "A film", "plan": json.loads(shown)}).encode())
    assert request.plan is not None and len(request.plan.beats) == 2


def test_it_lists_the_beats_of_a_product() -> None:
    said = README[README.index("Openings: ") : README.index("Each once, for 5")]
    listed = re.split(r"In between:|Closings:", said)
    for position, names in zip(("opening", "middle", "closing"), listed, strict=True):
        beats = Library.default().beats.values()
        assert set(re.findall(r"`(\w+)`", names)) == {one.id for one in beats if one.position == position}


@pytest.mark.parametrize("name", ["draft", "final"])
def test_the_profiles_are_those_of_the_catalogue(name: str) -> None:
    (row,) = re.findall(rf"^\| `{name}` \|(.*)$", README, re.M)
    profile = CATALOGUE.profile(name)
    assert re.findall(r"`([^`]+)`", row) == [profile.planner, profile.image, profile.edges, profile.video]


def test_the_prices_of_the_methods_are_those_of_their_steps() -> None:
    draft = CATALOGUE.profile("draft")
    edit = draft.edit or draft.image
    buys = {"storyboard": draft.image, "anchor": edit, "keyframe": edit, "chunk": draft.video}
    films = [[step.partition(":")[0] for step in one.dag(one.shape)] for one in METHODS]
    prices = [sum(CATALOGUE.model(buys[one]).price() for one in film if one in buys) for film in films]
    told = re.findall(r"^\| .* \| \$(\S+) \| [\d.]+ \| [\d.]+ \| .* \|$", README, re.M)
    assert told == [f"{price:.2f}" for price in prices]


def test_the_models_that_it_names_are_on_offer() -> None:
    named = re.findall(r"\b(?:planner|image|edges|video)=([a-z0-9.-]+)", README)
    assert named and set(named) <= CATALOGUE.models.keys()


def test_the_settings_that_it_names_are_read() -> None:
    named = set(re.findall(r"\bREEL_[A-Z0-9_]+", PAGES)) - NO_SETTINGS
    assert named <= {f"REEL_{field.upper()}" for field in Settings.model_fields}


def test_the_keys_that_it_names_are_those_of_the_catalogue() -> None:
    needed = {name for provider in CATALOGUE.providers.values() for name in provider.needs}
    assert not {name for name in needed if name.isupper() and name not in README}


def test_the_modules_and_files_that_it_names_are_there() -> None:
    modules = re.findall(r"python -m ([\w.]+)", PAGES)
    assert modules and not [name for name in modules if importlib.util.find_spec(name) is None]
    files = re.findall(r"`((?:activities|infra|starter|tests|workflows)/[\w./]+)`", PAGES)
    assert files and not [name for name in files if not (ROOT / Path(name)).exists()]


def test_it_leads_to_every_page() -> None:
    assert not [page.name for page in DOCS if f"(starter/docs/{page.name})" not in README]
