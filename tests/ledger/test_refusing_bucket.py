"""A bucket that refuses for a while: what was paid for is kept for it, and nothing more is bought."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from activities.faults import SubmitOutcomeUnknown, Unauthorized
from activities.storage.cache import Cache
from activities.storage.failures import BucketMissing
from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from tests.support.buying import Asker, BuyerProcess, Open, buyer_processes, paid_recipe
from tests.support.refusals import REFUSALS, refusing
from tests.support.rendering import until
from tests.support.vendor import Class, Vendor, model

pytest_plugins = ["tests.support.buying_fixtures"]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused in here is refused by count, not by time."""
    monkeypatch.setattr("activities.storage.transfer._PAUSE_S", 0.005)


@dataclass
class Refuser:
    """A bucket that answers `kind` to the next `times` puts; all of them are counted."""

    store: ObjectStore
    kind: str | None = None
    times: int = 1 << 30
    #: Whether it is notes that it refuses, instead of all else.
    notes: bool = False
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        refusing(self.store, self.now)

    def now(self, operation: str) -> str | None:
        if operation != ("PutObject of a note" if self.notes else "PutObject"):
            return None
        self.asked.append(operation)
        if self.kind is None or self.times <= 0:
            return None
        self.times -= 1
        return self.kind


@pytest_asyncio.fixture
async def refuser(stack: Stack) -> AsyncIterator[Refuser]:
    store = ObjectStore.of(stack.s3)
    await store.ensure_bucket()
    yield Refuser(store)
    store.close()


@pytest_asyncio.fixture
async def opens(
    database_url: str, refuser: Refuser, tmp_path: Path, vendor: Vendor
) -> AsyncIterator[Callable[..., object]]:
    async with buyer_processes(database_url, refuser.store, tmp_path, vendor) as opened:
        yield opened


@pytest.mark.parametrize("kind", REFUSALS)
@pytest.mark.parametrize("ledger", ["synchronous", "lists"])
async def test_what_is_in_hand_is_put_until_the_bucket_takes_it(
    opens: Open, vendor: Vendor, refuser: Refuser, ledger: Class, kind: str
) -> None:
    here, what, asker = await opens(), paid_recipe(model(ledger)), Asker()
    await here.buy(paid_recipe())
    refuser.kind, refuser.times = kind, 3
    bought = await here.buy(what, asker=asker)
    assert bought.payment and bought.payment.certain and await refuser.store.exists(bought.object)
    assert refuser.times == 0 and vendor.posts == 2 and await here.phases(what) == ["stored"]


async def test_the_claim_is_kept_as_long_as_the_output_is_in_hand(
    opens: Open, vendor: Vendor, refuser: Refuser
) -> None:
    """For longer than a lease, a settling and a step may last; whoever else wants it waits."""
    here, there = await opens(), await opens()
    what, asker = paid_recipe(model("synchronous", run_limit_s=30)), Asker()
    await here.buy(paid_recipe())
    refuser.kind = "AccessDenied"
    buying = asyncio.create_task(here.buy(what, asker=asker))
    await until(lambda: any("kept here" in said for said in asker.heard))
    waiting = asyncio.create_task(there.buy(what, film="film-b"))
    await asyncio.sleep(here.submissions.times.post_longest + 2 * here.submissions.times.settle)
    assert not buying.done() and not waiting.done() and await here.phases(what) == ["intent"]
    assert "AccessDenied" in asker.heard[-1]
    refuser.kind = None
    assert (await buying).payment and (await waiting).payment is None and vendor.posts == 2


@pytest.mark.parametrize("kind", ["ExpiredToken", "AccessDenied", "NoSuchBucket"])
async def test_nothing_is_bought_for_a_bucket_that_does_not_take_it(
    opens: Open, vendor: Vendor, refuser: Refuser, kind: str
) -> None:
    here, what = await opens(), paid_recipe()
    refuser.kind = kind
    with pytest.raises((Unauthorized, BucketMissing), match="nothing is bought"):
        await here.buy(what)
    assert vendor.posts == 0 and await here.phases(what) == []
    refuser.kind = None
    assert (await here.buy(what)).payment and vendor.posts == 1


async def test_nothing_is_sent_of_which_no_note_can_be_put(
    opens: Open, vendor: Vendor, refuser: Refuser
) -> None:
    here, what = await opens(), paid_recipe()
    await here.buy(paid_recipe())
    refuser.notes, refuser.kind, refuser.times = True, "ExpiredToken", 1
    with pytest.raises(Unauthorized, match="nothing is bought"):
        await here.buy(what)
    assert vendor.posts == 1 and await here.phases(what) == ["rejected"]
    assert (await here.buy(what)).payment and vendor.posts == 2


async def test_it_is_proved_once_and_again_when_it_has_refused(opens: Open, refuser: Refuser) -> None:
    here = await opens()

    async def puts() -> int:
        refuser.asked.clear()
        await here.buy(paid_recipe())
        return len(refuser.asked)

    assert [await puts(), await puts()] == [2, 1]
    refuser.kind, refuser.times = "ExpiredToken", 2
    assert await puts() == 3, "the third time it was taken"
    assert await puts() == 1, "it took what was put last"
    refuser.kind, refuser.times = "ExpiredToken", 1
    with pytest.raises(Unauthorized):
        await refuser.store.put_json({})
    assert await puts() == 2


async def test_the_message_names_the_setting(opens: Open, refuser: Refuser) -> None:
    refuser.kind = "InvalidAccessKeyId"
    with pytest.raises(Unauthorized, match="REEL_S3_ACCESS_KEY"):
        await (await opens()).buy(paid_recipe())


# ---- on the disk


@pytest.mark.parametrize("ledger", ["synchronous", "id"])
async def test_an_output_that_never_left_this_disk_is_found_there(
    opens: Open, vendor: Vendor, refuser: Refuser, ledger: Class
) -> None:
    """Its worker had to leave while the bucket refused; the next one on the same machine holds nothing."""
    here, there = await opens(), await opens()
    what, asker = paid_recipe(model(ledger, run_limit_s=30)), Asker(why="release")
    await here.buy(paid_recipe())
    refuser.kind = "AccessDenied"
    buying = asyncio.create_task(here.buy(what, asker=asker))
    await until(lambda: any("kept here" in said for said in asker.heard))
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    vendor.jobs[-1].gone = True
    refuser.kind = None
    assert (await there.buy(what)).payment and vendor.posts == 2
    assert await there.phases(what) == ["stored"]


async def test_on_another_machine_a_person_decides(
    database_url: str, refuser: Refuser, tmp_path: Path, vendor: Vendor, opens: Open
) -> None:
    here, what = await opens(), paid_recipe(model("synchronous", run_limit_s=30))
    await here.buy(paid_recipe())
    refuser.kind, asker = "AccessDenied", Asker(why="release")
    buying = asyncio.create_task(here.buy(what, asker=asker))
    await until(lambda: any("kept here" in said for said in asker.heard))
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    refuser.kind = None
    async with buyer_processes(database_url, refuser.store, tmp_path / "elsewhere", vendor) as elsewhere:
        with pytest.raises(SubmitOutcomeUnknown):
            await (await elsewhere()).buy(what)
    assert (await here.buy(what)).payment, "back where it lies, it is found all the same"
    assert vendor.posts == 2


@pytest.mark.parametrize("ledger", ["synchronous", "lists"])
async def test_a_full_disk_is_waited_for(opens: Open, vendor: Vendor, tmp_path: Path, ledger: Class) -> None:
    here, what = await opens(), paid_recipe(model(ledger))
    _crowded(here, tmp_path, full=(1, 2))
    assert (await here.buy(what)).payment and vendor.posts == 1


def _crowded(here: BuyerProcess, root: Path, full: tuple[int, ...]) -> None:
    """Its disk has no room when it is asked for a folder these times, counted from 0."""
    asked = iter(range(1000))

    class Crowded(Cache):
        @asynccontextmanager
        async def scratch(self) -> AsyncIterator[Path]:
            if next(asked) in full:
                raise OSError(errno.ENOSPC, "No space left on device")
            async with super().scratch() as folder:
                yield folder

    object.__setattr__(here.buyer._services.workspace, "cache", Crowded(root / "crowded", 1 << 30))
