"""Notices as an activity: a CloudEvent, signed as Standard Webhooks are, posted to who asked for it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from temporalio import activity

from activities.faults import ProviderUnavailable
from activities.running import translated
from activities.storage import Unfetchable, post
from activities.studio import Stage
from infra.settings import Settings
from workflows.studio import STUDIO, STUDIO_QUEUE, Heard, Notice, TellNotice

_TYPE = "reelwright.production"
#: How secrets of Standard Webhooks begin; what follows is base64.
_SECRET = "whsec_"


@dataclass(frozen=True)
class Tell:
    """`own` is the studio's own address, which may lie anywhere; all others are private only where that is
    allowed."""

    own: str | None
    secret: SecretStr | None
    private: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Tell:
        own = settings.notify_url.get_secret_value() if settings.notify_url else None
        return cls(own, settings.notify_secret, settings.notify_private)

    @activity.defn(name="tell_notice")
    @translated
    async def tell_notice(self, step: TellNotice) -> Heard:
        """Sent again after a lost answer, it has the same id."""
        if self.secret is None:
            # Another worker may have it.
            raise ProviderUnavailable("REEL_NOTIFY_SECRET is not set on this worker")
        url = self.own if step.to == STUDIO else step.to
        if url is None:
            raise Unfetchable("REEL_NOTIFY_URL is not set any more")
        body = json.dumps(event_of(step.notice), ensure_ascii=False).encode()
        headers = signed(step.notice.id, int(time.time()), body, self.secret)
        await post(url, headers, body, private=self.private or step.to == STUDIO)
        return Heard(heard=1)


def event_of(notice: Notice) -> dict[str, Any]:
    """The notice as a CloudEvent 1.0 in JSON."""
    return {
        "specversion": "1.0",
        "id": notice.id,
        "type": f"{_TYPE}.{notice.news}",
        "source": "reelwright",
        "subject": notice.production,
        "time": notice.at.isoformat(),
        "datacontenttype": "application/json",
        "data": notice.model_dump(mode="json", exclude={"id", "at"}),
    }


def signed(id: str, at: int, body: bytes, secret: SecretStr) -> list[tuple[str, str]]:
    """The headers of a webhook. `at` is in seconds since 1970: receivers refuse what is old."""
    said = secret.get_secret_value()
    key = base64.b64decode(said.removeprefix(_SECRET)) if said.startswith(_SECRET) else said.encode()
    seal = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    return [
        ("Content-Type", "application/cloudevents+json; charset=utf-8"),
        ("User-Agent", "reelwright"),
        ("webhook-id", id),
        ("webhook-timestamp", str(at)),
        ("webhook-signature", f"v1,{base64.b64encode(seal).decode()}"),
    ]


STAGES = (Stage(Tell.tell_notice, (STUDIO_QUEUE,)),)
