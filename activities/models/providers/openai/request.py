"""Turns a call into the body of a request to OpenAI: a background response for a plan, else an image."""

from __future__ import annotations

import base64

from pydantic import JsonValue

from activities.models.call import ModelCall, Picture

# The order matters: the first image is what is changed, and the prompt calls the edges the last one.
_ORDER = ("prompt", "aspect", "image", "references", "control")


def body_of(call: ModelCall, tag: str) -> dict[str, JsonValue]:
    """The JSON that is sent, or the fields of a form. Raises `InvalidInput` for what would be ignored or
    refused."""
    model = call.model
    body = _image(call) if model.answers_at_once else _plan(call, tag)
    return {"model": model.endpoint, **body, **model.fixed}


def _plan(call: ModelCall, tag: str) -> dict[str, JsonValue]:
    words = call.named(call.values())
    if shown := [_inline(picture) for _, picture in call.files()]:
        # Pictures first, then what is said of them.
        parts: list[JsonValue] = [_looked_at(one) for one in shown]
        parts.append({"type": "input_text", "text": call.prompt})
        words = {"input": [{"role": "user", "content": parts}]}
    form: dict[str, JsonValue] = {"type": "json_schema", "name": "plan", "strict": True}
    return {
        "instructions": call.params["instructions"],
        **words,
        "text": {"format": {**form, "schema": call.params["schema"]}},
        # Only what runs in the background and is stored has an id from the first moment on.
        "background": True,
        "store": True,
        "metadata": {"reel": tag},
    }


def _looked_at(url: str) -> JsonValue:
    return {"type": "input_image", "image_url": url, "detail": "auto"}


def _image(call: ModelCall) -> dict[str, JsonValue]:
    return call.named(call.values() | call.written(_inline), _ORDER)


def _inline(picture: Picture) -> str:
    return f"data:{picture.mime};base64,{base64.b64encode(picture.path.read_bytes()).decode()}"
