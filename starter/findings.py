"""What `reel doctor` finds of one component, and how a check that fails becomes a finding."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from activities.faults import StudioError
from infra.errors import ServerError, SettingsError, StackError, Unreachable

log = logging.getLogger(__name__)

#: `note`: nothing is wrong, and a person may want to know.
State = Literal["well", "note", "ill"]
# Every check ends by itself well before; one that hangs is an illness too.
_LONGEST_S = 60.0
# A sentence or two of whoever failed.
_WORDS = 400


@dataclass(frozen=True)
class Finding:
    """One component: what was found of it, and what to do where it is ill."""

    name: str
    state: State
    found: str
    advice: str = ""


async def looked(name: str, check: Callable[[], Awaitable[Finding]], advice: str = "") -> Finding:
    """What a check finds; ill where it fails, in the words that the failure has for people, with `advice`."""
    try:
        async with asyncio.timeout(_LONGEST_S):
            return await check()
    except (SettingsError, ServerError, StackError, Unreachable, StudioError) as error:
        return Finding(name, "ill", str(error)[:_WORDS], advice)
    except TimeoutError:
        return Finding(
            name, "ill", "it does not answer", advice or "look whether it runs, and is not too busy"
        )
    except Exception as error:
        log.exception("the check of %s failed", name)
        return Finding(name, "ill", f"{type(error).__name__}: {error}"[:_WORDS], "the home's logs say more")
