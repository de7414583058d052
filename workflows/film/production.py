"""What kind of production a film is."""

from __future__ import annotations

from workflows.film.budget import budget_of, is_paid
from workflows.film.contract import VideoRequest
from workflows.film.duration import plan_seconds, spoken_duration
from workflows.film.edits import Approve, Retake, Upgrade, Use
from workflows.film.naming import film_digest, film_id, product_noun
from workflows.film.report import VideoResult
from workflows.film.request import parse_request
from workflows.studio import Findable, Production, asked_for


def summary(request: VideoRequest) -> str:
    """In one line: how long, of what, in which format."""
    product = (request.plan.product if request.plan else None) or product_noun(request.prompt)
    # Planning reads lengths in more languages than this can: where none is known here, none is told.
    seconds = request.duration_s or plan_seconds(request) or spoken_duration(request.prompt)
    words = [f"{seconds} s"] if seconds else []
    return " · ".join([*words, product, f"{request.aspect} {request.size}"])


def details(request: VideoRequest) -> str:
    """In markdown: the prompt, and whatever else was asked for."""
    rows = request.model_dump(mode="json", exclude={"prompt", "plan", "library"}, exclude_defaults=True)
    # An image's address may be signed.
    rows |= {name: str(rows[name]).split("?")[0] for name in ("product",) if name in rows}
    rows |= {"source": request.source.film} if request.source else {}
    rows |= {"references": f"{len(request.references)} images"} if request.references else {}
    return asked_for(request.prompt, rows)


def findable(request: VideoRequest) -> Findable:
    """By whose it is, how it is labelled, and on which rung."""
    return Findable(user=request.user, labels=request.labels, profile=request.profile)


FILM = Production(
    workflow="VideoWorkflow",
    noun="film",
    row="beat",
    example_step="chunk:hero_shot:1",
    request=VideoRequest,
    parse=parse_request,
    id_of=film_id,
    digest_of=film_digest,
    summary=summary,
    details=details,
    is_paid=is_paid,
    budget_of=budget_of,
    result=VideoResult,
    delivers="video",
    findable=findable,
    updates={"retake": Retake, "use": Use, "upgrade": Upgrade, "approve": Approve},
)
