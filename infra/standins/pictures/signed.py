"""Outputs that carry a manifest of their maker's own (C2PA), as those of some real providers do."""

from __future__ import annotations

import io
import json

import c2pa

from infra.credential import drawn

MAKER = "a stand-in of a provider"
_GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def signed(data: bytes, mime: str) -> bytes:
    """The same file with a manifest, by a key that is made for it and thrown away."""
    created = {
        "action": "c2pa.created",
        "digitalSourceType": _GENERATED,
        "softwareAgent": {"name": MAKER},
    }
    actions = {"label": "c2pa.actions.v2", "created": True, "data": {"actions": [created]}}
    manifest = {"claim_generator_info": [{"name": MAKER}], "format": mime, "assertions": [actions]}
    key, chain = drawn()
    info = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, chain.encode(), key.encode(), None)
    out = io.BytesIO()
    with c2pa.Signer.from_info(info) as signer, c2pa.Builder(json.dumps(manifest)) as builder:
        builder.sign(signer, mime, io.BytesIO(data), out)
    return out.getvalue()
