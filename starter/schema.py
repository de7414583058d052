"""What `reel schema` prints: the JSON Schema of all that the studio is sent and answers, from the table of
productions, from what hands files in and what deletes, and from the Nexus services themselves."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import nexusrpc
from pydantic import TypeAdapter

from workflows.film import FILM
from workflows.library import UPLOAD, Uploaded, UploadLink, UploadRequest
from workflows.productions import PRODUCTIONS
from workflows.service import SERVICES
from workflows.studio import QUERIES, SIGNALS, STUDIO_QUEUE, UPDATES, Production
from workflows.upkeep import DELETE, Deleted, DeleteProduction

Json = dict[str, Any]
#: The schema of what is sent, or of what is answered, by the type and the rest of its `$id`.
Told = Callable[[Any, str], Json]


def published() -> Json:
    """One JSON object. `version` is the release's, and stands in every `$id`, under which a schema's own
    `$defs` are found. `request`, `result` and `progress` at its top are a film's."""
    release = version("reelwright")
    id = f"urn:reelwright:{release}"

    def sent(kind: Any, name: str) -> Json:
        return {"$id": f"{id}:{name}:request", **TypeAdapter(kind).json_schema(mode="validation")}

    def answered(kind: Any, name: str) -> Json:
        return {"$id": f"{id}:{name}:result", **TypeAdapter(kind).json_schema(mode="serialization")}

    return {
        "$id": id,
        "version": release,
        "request": sent(FILM.request, "request"),
        "result": answered(FILM.result, "result"),
        "progress": answered(QUERIES["progress"], "progress"),
        "productions": {one.noun: _production(one, sent, answered) for one in PRODUCTIONS.values()},
        "upload": {
            "workflow": UPLOAD,
            "task_queue": STUDIO_QUEUE,
            "request": sent(UploadRequest, "upload"),
            "result": answered(Uploaded, "upload"),
            "signals": {"sent": {}},
            "queries": {"link": {"result": answered(UploadLink, "upload:link")}},
        },
        "delete": {
            "workflow": DELETE,
            "task_queue": STUDIO_QUEUE,
            "request": sent(DeleteProduction, "delete"),
            "result": answered(Deleted, "delete"),
        },
        "services": {
            name: told
            for one in SERVICES
            for name, told in _service(nexusrpc.get_service_definition(one), sent, answered).items()
        },
    }


def _production(one: Production[Any, Any], sent: Told, answered: Told) -> Json:
    updates = {**UPDATES, **one.updates}
    signals = {**SIGNALS, **one.signals}
    queries = {**QUERIES, **one.queries}
    return {
        "workflow": one.workflow,
        "task_queue": STUDIO_QUEUE,
        "request": sent(one.request, one.noun),
        "result": answered(one.result, one.noun),
        "updates": {
            name: {
                "request": sent(kind, f"{one.noun}:{name}"),
                # Whatever it is, it is answered with one sentence.
                "result": answered(str, f"{one.noun}:{name}"),
            }
            for name, kind in updates.items()
        },
        "signals": {
            name: {"request": sent(kind, f"{one.noun}:{name}")} if kind else {}
            for name, kind in signals.items()
        },
        "queries": {name: {"result": answered(kind, f"{one.noun}:{name}")} for name, kind in queries.items()},
    }


def _service(service: nexusrpc.ServiceDefinition | None, sent: Told, answered: Told) -> Json:
    assert service is not None
    return {
        service.name: {
            name: {
                "request": sent(one.input_type, f"{service.name}:{name}"),
                "result": answered(one.output_type, f"{service.name}:{name}"),
            }
            for name, one in sorted(service.operation_definitions.items())
        }
    }
