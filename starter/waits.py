"""What a person does about a wait: the commands that answer it, the sum that would do, and what follows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from shlex import quote

from workflows.studio import Answer, Progress, Wait, least_budget

_COMMANDS: Mapping[Answer, str] = {
    "resume": "reel resume {id}",
    "set_budget": "reel budget {id} {usd}",
    "accept_risk": "reel accept-risk {id} {step}",
    "give_up": "reel give-up {id} {step}",
    "approve": "reel approve {id}{looked_at}",
    "retake": "reel retake {id} {again}",
    "use": "reel use {id} {shot} {version}",
    "upgrade": "reel upgrade {id} {shot}",
}


# Enough of a key to tell two takes apart, and as the name of what was delivered has it.
_KEY = 8
_PIPELINE = "PipelineWorkflow"
#: What a production waits for, for people, who type commands and send no updates.
_FOR: Mapping[str, str] = {"budget": "more budget", "review": "your approval", "risk": "your decision"}


def words_of(wait: Wait) -> str:
    """What is waited for, and why. A wait's own words name the updates that answer it."""
    head, _, why = wait.words.partition(": ")
    if wait.reason not in _FOR or not why or not wait.answers or not head.startswith(wait.answers[0]):
        return wait.words
    return f"{_FOR[wait.reason]}: {why}"


def ways_on(id: str, progress: Progress) -> list[str]:
    """The commands with which a person answers what a production waits for, fit for a shell."""
    said = {"id": quote(id), "usd": enough_usd(progress)}
    ways = [
        _COMMANDS[answer].format(**said, **_names(wait, answer))
        for wait in progress.waits
        for answer in wait.answers
    ]
    return list(dict.fromkeys(ways))


def waiting_for(progress: Progress) -> str:
    """The words of all waits; empty where there are none."""
    return "; ".join(words_of(wait) for wait in progress.waits)


def fills_of(progress: Progress) -> list[str]:
    """The commands that fill what is left with less than was asked for, fit for a shell."""
    left = (row for row in progress.beats if progress.placeholder(row))
    return list(dict.fromkeys(row.fill for row in left if row.fill))


def _names(wait: Wait, answer: Answer) -> Mapping[str, str]:
    """Of the step and of the shot that an answer is about; in capitals what a person has to choose."""
    sent = dict(wait.updates.get(answer, {}))
    if isinstance(shots := sent.get("shots"), list | tuple) and shots:
        sent.setdefault("shot", shots[0])
    if answer in ("retake", "use") and "step" in sent:
        sent["shot"] = sent["step"]
    shot, version = (str(sent.get(name, name.upper())) for name in ("shot", "version"))
    again = f"--sheet {quote(str(sent['sheet']))}" if "sheet" in sent else quote(shot)
    said = {"shot": quote(shot), "version": quote(version), "looked_at": looked_at(wait)}
    return {"step": quote(wait.step), "again": again, **said}


def looked_at(wait: Wait) -> str:
    """What follows `reel approve ID`, so that it holds for what there is to be looked at and for no later
    take; empty where all that waits is meant, whichever it is."""
    sent = wait.updates.get("approve", {})
    steps, keys = sent.get("steps"), sent.get("keys")
    if not (isinstance(steps, list) and isinstance(keys, list) and steps and keys):
        return ""
    named = " ".join(quote(str(one)) for one in steps)
    return f" {named}{''.join(f' --key {quote(str(one)[:_KEY])}' for one in keys)}"


def updates_on(id: str, progress: Progress, workflow: str, request: Mapping[str, object] | None) -> list[str]:
    """The same as commands of Temporal's own client, as a client in any language would send them. What has
    ended takes no update: it is sent one along with its original `request`, which begins another run."""
    film = f"--workflow-id {quote(id)}"
    if progress.status in ("planning", "rendering", "stopping"):
        ways = [
            f"temporal workflow update execute {film} --name {answer} --input {_json(sent)}"
            for wait in progress.waits
            for answer, sent in wait.updates.items()
        ]
        return list(dict.fromkeys(ways))
    if request is None or not any(row.versions for row in progress.beats):
        return []
    first = next(row for row in progress.beats if row.versions)
    sent = {"shot": first.id, "version": "animatic"}
    if workflow == _PIPELINE:
        sent = {"step": first.id, "version": first.versions[0].name}
    return [
        f"temporal workflow execute-update-with-start {film} --type {workflow} --task-queue reel "
        f"--id-conflict-policy UseExisting --update-name use --update-input {_json(sent)} "
        f"--input {_json(request)}"
    ]


def _json(value: Mapping[str, object]) -> str:
    return quote(json.dumps(value))


def enough_usd(progress: Progress) -> str:
    """The least budget with which all that waits for money goes on, whatever becomes of what is being bought:
    USD in whole cents; the word USD where nothing waits for any."""
    least = least_budget(progress.spent_usd + progress.reserved_usd, progress.waits)
    return "USD" if least is None else str(least)


def what_now(id: str, progress: Progress, worked_on: bool) -> str:
    """Whether a production goes on by itself after what a person has said, and else what it needs; empty
    where it has ended. `worked_on` says whether any worker is there for it."""
    if progress.status == "stopping":
        return "It is being stopped: asking for the same again goes on with it."
    if progress.status not in ("planning", "rendering"):
        return ""
    ways = ways_on(id, progress)
    if progress.paused and not ways:
        ways = [_COMMANDS["resume"].format(id=quote(id))]
    if ways:
        return "It waits: " + " or ".join(f"`{way}`" for way in ways)
    if progress.waits:
        return f"It waits for {waiting_for(progress)}"
    nobody = f"No worker runs here: `reel watch {quote(id)}` goes on with it."
    return "It goes on." if worked_on else nobody
