"""The board and the page of it: counts, the bar, and that nobody's words are ever markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from workflows.studio.page import markdown
from workflows.studio.report import Failure, Progress, RowProgress, StepProgress, StepState, VersionProgress
from workflows.studio.standing import LOG_CHARACTERS, JobStanding

#: What people call it, and a row of its board.
FILM = ("film", "beat")
START = datetime(2026, 11, 21, tzinfo=UTC)
STATES: tuple[StepState, ...] = ("waiting", "running", "made", "reused", "failed")
ATTACKS = (
    "<script>alert(1)</script>",
    "[here](https://example.com)",
    "![x](https://example.com/x.png)",
    "https://example.com www.example.com someone@example.com",
    "a | b | c",
    "| --- |",
    "`` ` ``` code",
    "{workflowId} {runId} {namespace}",
    "# one\n## two",
    "1. one",
    "- one",
    "> one",
    "**bold** _it_ __bold__ ~~gone~~",
    "&lt;b&gt; &#60;",
    "[x]: https://example.com",
    "\u202eright to left\u2066",
    "$a$ and $b$",
    "a\\",
    "=====",
)

somebodys_words = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(max_size=300),
    st.text(alphabet="`*_{}[]()<>#|!\\~$&;:@/.-+=\n\t \"'ab1é中", max_size=300),
    st.from_regex(r"[A-Z][a-z ,]{0,60}\.", fullmatch=True),
)
steps = st.builds(
    StepProgress,
    name=st.text(max_size=20),
    label=somebodys_words,
    state=st.sampled_from(STATES),
    weight=st.integers(1, 400),
    note=st.one_of(st.just(""), st.just("3 ahead in the queue"), somebodys_words),
    standing=st.none() | st.builds(JobStanding, log=somebodys_words.map(lambda said: said[:LOG_CHARACTERS])),
)
versions = st.builds(
    VersionProgress,
    name=st.sampled_from(("draft-1", *ATTACKS)),
    state=st.sampled_from(("waiting", "making", "finished", "failed")),
    wanted=st.booleans(),
    shown=st.booleans(),
)
beats = st.builds(
    RowProgress,
    id=somebodys_words,
    title=somebodys_words,
    seconds=st.sampled_from((5, 10, 15)),
    camera=somebodys_words,
    steps=st.lists(steps, max_size=8).map(tuple),
    note=st.one_of(st.just(""), somebodys_words),
    versions=st.lists(versions, max_size=2).map(tuple),
    why=st.sampled_from(("", "it failed", *ATTACKS)),
)
long_words = st.text(alphabet="é中`😀ab ", min_size=200, max_size=300)
long_beats = st.builds(
    RowProgress,
    id=long_words,
    title=long_words,
    seconds=st.just(15),
    camera=long_words,
    steps=st.lists(steps, max_size=3).map(tuple),
    note=long_words,
)
pages = st.builds(
    Progress,
    status=st.sampled_from(("planning", "rendering", "stopping", "completed", "stopped", "failed")),
    paused=st.booleans(),
    waiting_for=st.one_of(st.none(), somebodys_words),
    error=st.one_of(
        st.none(),
        st.builds(Failure, problem=st.one_of(somebodys_words, st.text(alphabet="é中`😀ab ", min_size=500))),
    ),
    title=somebodys_words,
    beats=st.one_of(st.lists(beats, max_size=24), st.lists(long_beats, min_size=8, max_size=12)).map(tuple),
    film_steps=st.lists(steps, max_size=6).map(tuple),
    done=st.floats(0, 1),
    expected_s=st.one_of(st.none(), st.floats(0, 1e6)),
    made=st.integers(0, 200),
    reused=st.integers(0, 200),
    cost_usd=st.decimals(0, 10_000, places=4),
    cut=st.one_of(st.none(), st.integers(1, 10_000)),
    delivered=st.one_of(
        st.none(), somebodys_words, st.from_regex(r"videos/[a-zé]{0,200}\.mp4", fullmatch=True)
    ),
    warnings=st.one_of(
        st.lists(somebodys_words, max_size=24), st.lists(long_words, min_size=4, max_size=12)
    ).map(tuple),
)


def tokens(page: str) -> list[Token]:
    """All blocks and what is in them, as a renderer of the web sees them."""
    blocks = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(page)
    return [token for block in blocks for token in (block, *(block.children or ()))]


#: What the page itself is made of; an image, HTML or emphasis can only be somebody's words.
OURS = re.compile(
    r"(heading|paragraph|bullet_list|list_item|table|thead|tbody|tr|th|td|strong|link)_(open|close)"
    r"|inline|text|code_inline"
)


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large],
)
@given(pages)
def test_nobodys_words_are_markup(progress: Progress) -> None:
    page = markdown(progress, *FILM)
    found = tokens(page)
    assert {token.type for token in found if not OURS.fullmatch(token.type)} == set()
    links = {str(token.attrs["href"]) for token in found if token.type == "link_open"}
    assert all(re.fullmatch(r"(/[a-z-]+|/%7B[a-zA-Z]+%7D)+", link) for link in links) and len(links) in (0, 3)
    own = page.replace("{namespace}", "").replace("{workflowId}", "").replace("{runId}", "")
    assert page.count("{") in (0, 9) and "{" not in own and "}" not in own
    # Outside of code some renderers make links of addresses, and formulas of dollars.
    prose = "".join(token.content for token in found if token.type == "text")
    assert not re.search(r"://|www\.|@|&\w+;|\\", prose) and prose.count("$") == 1
    assert all(c.isprintable() or c in "\n\u2003\u00a0" for c in page)
    bold = sum(token.type == "strong_open" for token in found)
    told = (f"Cut {progress.cut}", "Waits for", "Why it fails", "Warnings", "Models log")
    said = [f"**{word}**" for word in told if f"**{word}**" in page]
    assert bold == 1 + len(said)


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large],
)
@given(pages)
def test_a_page_is_small_and_whole_rows_are_left_out(progress: Progress) -> None:
    page = markdown(progress, *FILM)
    assert len(page.encode()) < 4000
    blocks = [token.type for token in tokens(page)]
    rows = [line for line in page.split("\n") if line.startswith("|")]
    assert blocks.count("table_open") == bool(progress.beats or progress.film_steps)
    assert all(len(row.removesuffix(" |").split(" | ")) == 4 for row in rows)
    assert blocks.count("tr_open") == max(len(rows) - 1, 0)
    # Shown and left out add up, for beats and for warnings.
    left = [int(n) for row in rows for n in re.findall(r"^\| and (\d+) more\u2003", row)]
    ours = 2 + bool(progress.film_steps) + len(left)
    assert len(rows) - ours + sum(left) == len(progress.beats) or not rows
    noted = [line for line in page.split("\n") if line.startswith("- ")]
    gone = [int(n) for line in noted[-1:] for n in re.findall(r"^- and (\d+) more$", line)]
    assert len(noted) - len(gone) + sum(gone) == len(progress.warnings)


def test_a_page_reads_well() -> None:
    step = StepProgress(name="chunk:x:2", label="Beat 1/1 hero_shot · chunk 2", state="running", weight=44)
    beat = RowProgress(id="hero_shot", title="Look", seconds=5, camera="dolly_in", steps=(step,))
    failed = step.model_copy(update={"state": "failed"})
    stands = JobStanding(state="running", percent=45, wait_s=20, log="45%|████ | 12/28")
    step = step.model_copy(update={"note": stands.words, "standing": stands})
    page = markdown(
        Progress(
            status="rendering",
            title="A study of the mug, in its own light",
            beats=(beat, beat.model_copy(update={"id": "x", "steps": (failed, step)})),
            made=3,
            reused=2,
            done=0.5,
            expected_s=200,
            cost_usd=Decimal("1.5"),
            warnings=("No music. The model said no.",),
        ),
        *FILM,
    )
    lines = page.replace("\u00a0", " ").replace("\u2003", "").split("\n")
    assert lines[0] == "## A study of the mug, in its own light"
    assert lines[2] == "**Rendering** · 50% · 5 of 3 steps · 2 found finished · $1.50 · about 3 min in all"
    assert lines[6] == "| 1 hero_shot | 5 s dolly in | ▸ | chunk 2 |"
    assert lines[7] == "| 2 x | 5 s dolly in | ✕▸ | chunk 2 failed, chunk 2 45 %, about 20 s left |"
    assert "* Beat 1/1 hero_shot · chunk 2: `45%/████ / 12/28`" in lines
    assert lines[-1] == "- No music. The model said no."


@pytest.mark.parametrize("text", ["Ελληνικός καφές, στο φως", "Кружка: утро дома", "A well-made mug (new)"])
def test_prose_in_any_script_is_plain(text: str) -> None:
    assert markdown(Progress(status="planning", title=text), *FILM).startswith(f"## {text}\n")


def test_the_money_of_a_paid_film_is_no_formula() -> None:
    page = markdown(Progress(status="rendering", spent_usd=Decimal("0.12"), budget_usd=Decimal("0.2")), *FILM)
    assert "0.12 of 0.20 USD" in page and "$" not in page


def test_the_page_says_whose_the_dollars_are() -> None:
    paid = Progress(status="rendering", spent_usd=Decimal("0.31"), budget_usd=Decimal(5))
    assert "0.31 of 5.00 USD" in markdown(paid, *FILM) and "stand-ins" not in markdown(paid, *FILM)
    sold = paid.model_copy(update={"standins": True})
    assert "0.31 of 5.00 USD (to stand-ins: no real money)" in markdown(sold, *FILM)
