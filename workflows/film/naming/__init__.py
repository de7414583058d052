"""What a film is called: the workflow id, and the digest of what makes it this film.

The prompt is data: of all its words only the noun goes further, as plain letters.
"""

from __future__ import annotations

from workflows.film.contract import VideoRequest
from workflows.film.duration import resolved_duration, spoken_duration
from workflows.film.naming.v1 import FALLBACK_NOUN, product_noun, slug_of
from workflows.studio import canonical_digest

__all__ = [
    "FALLBACK_NOUN",
    "FOLLOWING",
    "film_digest",
    "film_id",
    "fingerprint",
    "product_noun",
    "slug_of",
    "spoken_duration",
]


#: What a film may cost, and how it is followed, is no part of what it is: with more money it goes on.
FOLLOWING = frozenset({"budget_usd", "partial", "preview", "review", "labels", "notify", "joins"})


def fingerprint(request: VideoRequest, leaving_out: frozenset[str] = frozenset()) -> bytes:
    """SHA-256 of a request's canonical JSON, its length resolved; defaults are left out, so that a
    field added later changes no film that does not use it."""
    fields = request.model_dump(mode="json", exclude_defaults=True, exclude=set(leaving_out))
    if "duration_s" not in leaving_out:
        fields["duration_s"] = resolved_duration(request)
    return canonical_digest(fields)


def film_id(request: VideoRequest) -> str:
    """The workflow id of a film: `film-ceramic-coffee-mug-3f9a2c`, the same for the same film and user."""
    noun = (request.plan.product if request.plan else None) or product_noun(request.prompt)
    slug = slug_of(noun)
    name = f"film-{slug}" if slug and slug != FALLBACK_NOUN else "film"
    return f"{name}-{film_digest(request).hex()[:6]}"


def film_digest(request: VideoRequest) -> bytes:
    """SHA-256 of what makes it this film: whose it is, and all that may be seen or heard of it."""
    return fingerprint(request, leaving_out=FOLLOWING)
