"""Turns a call into the JSON of a request to Veo or Gemini, by what the catalogue says of the model.

A body has the arguments of the client's call under the API's own names: `source` and `config` for videos,
`contents` and `config` for images and plans.
"""

from __future__ import annotations

import base64
import copy

from pydantic import JsonValue

from activities.models.call import ModelCall, Picture

Body = dict[str, JsonValue]

# What stands beside a video's config, and not in it.
_SOURCE = ("prompt", "image")
_ORDER = ("negative_prompt", "last_frame", "references", "seconds", "seed", "aspect", "size")


def body_of(call: ModelCall, tag: str) -> Body:
    """The body of the request for a call. Raises `InvalidInput` for what the model does not take."""
    values, config = call.values(), copy.deepcopy(dict(call.model.fixed))
    # Nothing can be found by it: labels only reach the bill.
    config["labels"] = {"reel-tag": tag}
    # Gemini's answer is the output, Veo's an operation.
    return (_content if call.model.answers_at_once else _video)(call, values, config)


def _video(call: ModelCall, values: Body, config: Body) -> Body:
    said = values | call.written(lambda file: _picture(file, "imageBytes"))
    source = call.named({name: said.pop(name) for name in _SOURCE if name in said})
    return {"source": source, "config": call.named(said, _ORDER, into=config)}


def _content(call: ModelCall, values: Body, config: Body) -> Body:
    # Pictures first, then what is said of them.
    parts: list[JsonValue] = [call.named({role: _picture(file, "data")}) for role, file in call.files()]
    parts.append(call.named({"prompt": values.pop("prompt")}))
    if call.params.get("instructions"):
        # The caller's words are data in `contents`; only ours are instructions.
        config["systemInstruction"] = call.params["instructions"]
    if call.params.get("schema"):
        config["responseMimeType"] = "application/json"
        config["responseJsonSchema"] = call.params["schema"]
    # The client would send further requests, for the rest of a long answer or a function that was called: one
    # call is one payment.
    config |= {"automaticContinuation": False, "automaticFunctionCalling": {"disable": True}}
    return {
        "contents": [{"role": "user", "parts": parts}],
        "config": call.named(values, _ORDER, into=config),
    }


def _picture(picture: Picture, field: str) -> JsonValue:
    inline = base64.b64encode(picture.path.read_bytes()).decode()
    return {field: inline, "mimeType": picture.mime}
