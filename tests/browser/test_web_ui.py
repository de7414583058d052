"""What an operator sees and does in Temporal's own Web UI: pages are read as text, kept as pictures."""

from __future__ import annotations

import asyncio
import re
import threading
from pathlib import Path

import pytest
from playwright.async_api import FrameLocator, Locator, Page, expect
from temporalio.client import Client

from infra.embedded.stack import Stack
from starter.films import Film
from tests.conftest import Rig
from tests.support.paid import FLUX, WAN, PaidRig, asked, made, until
from tests.support.plain import Plain
from tests.support.standing import Standins
from workflows.film.contract import BeatDraft, PlanDraft, VideoRequest
from workflows.studio.calls import STUDIO_QUEUE

PLAN = PlanDraft(
    beats=(
        BeatDraft(id="hero_shot", seconds=5, energy=0.3),
        BeatDraft(id="detail_showcase", seconds=10, energy=0.5),
        BeatDraft(id="call_to_action", seconds=5, energy=0.9),
    )
)
HELD = "chunk:call_to_action:0"


@pytest.fixture
def mug(request_of_its_own: VideoRequest) -> VideoRequest:
    words = "A film about a ceramic coffee mug. {workflowId} <b>bold</b>"
    return request_of_its_own.model_copy(update={"plan": PLAN, "prompt": words})


class Operator:
    """Somebody with a browser, who looks at one workflow."""

    def __init__(self, page: Page, stack: Stack, workflow_id: str, album: Path) -> None:
        assert stack.web_ui
        self.page = page
        self._workflows = f"{stack.web_ui}/namespaces/default/workflows"
        self._id = workflow_id
        self._album = album

    async def list(self) -> Locator:
        await self.page.goto(self._workflows)
        return self.page.get_by_role("row").filter(has_text=self._id)

    async def open(self) -> None:
        await self.page.goto(f"{self._workflows}/{self._id}")
        await expect(self.page.get_by_role("heading", name=self._id)).to_be_visible()

    async def turn_to(self, tab: str) -> None:
        await self.page.get_by_role("tab", name=tab).click()

    async def metadata(self) -> tuple[FrameLocator, FrameLocator, FrameLocator]:
        """Summary, details and current details."""
        await self.turn_to("User Metadata")
        frames = self.page.frame_locator("iframe[src*='/render']")
        return frames.nth(0), frames.nth(1), frames.nth(2)

    async def keep(self, name: str) -> None:
        await self.page.screenshot(path=self._album / f"{name}.png", full_page=True)

    async def signal(self, name: str, described: str) -> None:
        """Sends a signal through the form, chosen by its description."""
        await self.page.get_by_role("button", name="More Actions").click()
        await self.page.get_by_role("menuitem", name="Send a Signal").click()
        form = self.page.get_by_role("dialog", name="Send a Signal")
        option = form.locator("li[role=option]").filter(has_text=described)
        # The signals are asked of the worker: until they have come, the list does not stay open.
        await expect(option).to_be_attached()
        await form.get_by_test_id("signal-select-button").click()
        await expect(option).to_be_visible()
        await self.keep(f"signal {name}")
        await option.click()
        await form.get_by_role("button", name="Submit").click()
        await expect(form).to_be_hidden()

    async def update(self, name: str, described: str, value: str) -> None:
        """Sends an update through the dialog."""
        await self.page.get_by_role("button", name="More Actions").click()
        await self.page.get_by_role("menuitem", name="Send an Update").click()
        form = self.page.get_by_role("dialog", name="Send an Update")
        option = form.locator("li[role=option]").filter(has_text=described)
        await expect(option).to_be_attached()
        await form.get_by_test_id("update-select-button").click()
        await expect(option).to_be_visible()
        await option.click()
        # An editor, not a field: it takes what is typed.
        await form.locator(".cm-content").click()
        await self.page.keyboard.insert_text(value)
        # Left, it sets what was typed on lines of its own, and the button moves from under a click.
        await form.locator("#update-id").focus()
        await form.get_by_role("button", name="Submit").click()
        await expect(self.page.get_by_text("Update successful").first).to_be_visible()
        await self.keep(f"update {name}")


async def table(page: FrameLocator) -> list[list[str]]:
    """The cells of the page's one table, by row."""
    await expect(page.locator("table")).to_be_visible()
    rows = await page.locator("tr").all()
    # The spaces that keep cells apart and on one line are no part of what they say.
    return [
        [" ".join(cell.split()) for cell in await row.locator("th, td").all_inner_texts()] for row in rows
    ]


async def held(provider: Plain) -> None:
    async with asyncio.timeout(120):
        while not provider.begun[HELD]:
            await asyncio.sleep(0.05)


async def ready(film: Film, made: int) -> None:
    """Until so many steps are made and all that is left waits for the held one."""
    async with asyncio.timeout(120):
        while (await film.progress()).made < made:
            await asyncio.sleep(0.05)


async def test_an_operator_watches_and_steers_a_running_film(
    rig: Rig, stack: Stack, mug: VideoRequest, page: Page, tmp_path: Path
) -> None:
    go = threading.Event()
    provider = Plain(hold={HELD: go})
    async with rig(provider) as (_, films):
        film = await films.start(mug)
        operator = Operator(page, stack, film.id, tmp_path)
        try:
            await held(provider)
            # The plan, all of the first two beats but what joins them, the third one's image, the music.
            await ready(film, 1 + 3 + 4 + 1 + 1)
            await expect((await operator.list()).get_by_text("Running")).to_be_visible()
            await operator.keep("list")

            await operator.open()
            for label in (
                "compose_plan • Plan of the film",
                "generate_reference_chunk • Beat 1/3 hero_shot · chunk 1",
                "generate_continuation_chunk • Beat 2/3 detail_showcase · chunk 2",
                "refine_segment • Beat 2/3 detail_showcase · segment",
            ):
                await expect(page.get_by_text(label)).to_be_visible()
            await operator.keep("timeline")

            await operator.turn_to("Pending Activities")
            await expect(page.get_by_text('"stage"')).to_be_visible()
            await operator.keep("pending")

            await operator.signal("pause", "Let running steps finish")
            await operator.open()
            summary, details, board = await operator.metadata()
            await expect(summary.locator("body")).to_have_text(
                re.compile(r"^\s*20 s · ceramic coffee mug · 16:9 360p\s*$")
            )
            await expect(details.locator("pre")).to_contain_text("<b>bold</b>")
            await expect(details.locator("pre")).to_contain_text("workflowId}")
            await expect(board.locator("body")).to_contain_text("Paused")
            await expect(board.locator("body")).to_contain_text("Waits for the signal resume")
            assert await table(board) == [
                ["Beat", "Shot", "Steps", "Now"],
                ["1 hero_shot", "5 s dolly in", "●●●", ""],
                ["2 detail_showcase", "10 s tilt", "●●●●·", ""],
                ["3 call_to_action", "5 s static", "●▸··", "chunk 1"],
                ["Film", "20 s", "●●··", ""],
            ]
            async with page.context.expect_page() as opened:
                await board.get_by_role("link", name="Pending activities").click()
            await expect((await opened.value).get_by_text('"stage"')).to_be_visible()
            await operator.keep("current details")
            await operator.signal("resume", "Go on after a pause")
        except BaseException:
            await film.resume()
            raise
        finally:
            # Whatever went wrong, the film ends while its worker still runs.
            go.set()
            result = await film.result()
        assert result.status == "completed"
        await operator.open()
        await expect(page.get_by_text("Completed").first).to_be_visible()
        await expect(page.get_by_text("Paused: send the signal resume to go on")).to_be_visible()
        await expect(page.get_by_text(f"videos/{film.id}/cuts/1/film.mp4").first).to_be_visible()
        await operator.keep("completed")
        _, _, board = await operator.metadata()
        await expect(board.locator("body")).to_contain_text("Completed · 100%")
        watched = f"Cut 1 can be watched · videos/{film.id}/cuts/1/film.mp4"
        await expect(board.locator("body")).to_contain_text(watched)
        assert (await table(board))[-2:] == [
            ["3 call_to_action", "5 s static", "●●●●", ""],
            ["Film", "20 s", "●●●", ""],
        ]
        await operator.keep("current details at the end")


async def test_an_operator_answers_with_the_update_that_the_page_names(
    paid_rig: PaidRig, standins: Standins, stack: Stack, page: Page, tmp_path: Path
) -> None:
    async with paid_rig() as (_, films):
        film = await films.start(asked("hero_shot", image=FLUX, video=WAN, review="plan"))
        await until(film, "approve")
        assert not standins.log()
        operator = Operator(page, stack, film.id, tmp_path)
        await operator.open()
        _, _, board = await operator.metadata()
        line = board.locator("p").filter(has_text="Send an Update")
        value = await line.locator("code").first.inner_text()
        await expect(line).to_contain_text(f"under More Actions: approve {value}")
        await operator.update("approve", "Goes on after a review", value)
        assert (await film.result()).status == "completed"
        assert made(standins) == {FLUX: 1, WAN: 1}


async def test_a_request_that_cannot_be_used_says_why(
    rig: Rig, stack: Stack, client: Client, page: Page, tmp_path: Path
) -> None:
    wrong = {"prompt": 7, "size": "721p", "colour": "red"}
    async with rig(Plain()):
        await client.start_workflow("VideoWorkflow", wrong, id="film-unusable", task_queue=STUDIO_QUEUE)
        operator = Operator(page, stack, "film-unusable", tmp_path)
        await operator.open()
        await expect(page.get_by_text("Failed").first).to_be_visible()
        for words in ("prompt: is a number, not text", "did you mean 720p?", "colour: is not a field"):
            await expect(page.locator("body")).to_contain_text(words)
        await operator.keep("unusable")
        await operator.turn_to("Pending Activities")
        await expect(page.locator("body")).to_contain_text("No Pending Activities")
