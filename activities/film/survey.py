"""Knows what of a film is in the ledger already, step by step: looked up as a dry run does, before an amount
is spent on it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.film.known import account_of, known, words_of
from activities.film.rehearsal import Rehearsal, rehearsing
from activities.film.studio import FilmStudio
from activities.running import translated
from workflows.film import Decision, SurveyedFilm, SurveyFilm, VideoRequest
from workflows.studio import Account, CannotBeMade, Edit


class Surveys:
    def __init__(self, studio: FilmStudio) -> None:
        self._studio = studio

    @activity.defn(name="survey_film")
    @translated
    async def survey_film(self, step: SurveyFilm) -> SurveyedFilm:
        """Of what the decision would make; nothing is written down, made or paid."""
        studio, film, request = self._studio, step.film, step.request
        account = await account_of(studio, request, film)
        found = await found_of(studio, film, request, account, step.decision)
        return SurveyedFilm(found=tuple(sorted(found)))


async def found_of(
    studio: FilmStudio, film: str, request: VideoRequest, account: Account, decision: Decision
) -> Collection[str]:
    """The names of the steps whose results are there, of all that the film makes for the decision, were it
    taken. Raises what `known` raises."""
    edit = Edit(id="sought", kind="upgrade", value=decision.model_dump(mode="json"))
    edited = account.model_copy(update={"edits": (*account.edits, edit)})
    # Whoever serves its models: what is there is there.
    now = await known(studio, request, film, edited, studio.catalogue.providers.keys())
    _, words = await words_of(studio, now)
    rehearsal = Rehearsal(studio, words, now.heir)
    begun = now.film(rehearsing(film, rehearsal, account.choices))
    others = {beat.id for beat in now.planned.film.plan.beats} - decision.wanted.keys()
    # What was found before that is found all the same.
    with suppress(ApplicationError, CannotBeMade):
        await begun.rehearse(others)
    return frozenset(rehearsal.found)
