"""Knows what every page of ours is, and how it is written: whole or not at all, and in the place of nobody's
file."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from itertools import count
from pathlib import Path

from starter.errors import CannotSave


def document(
    ours: str,
    title: str,
    body: str,
    *,
    loads: str,
    styles: Sequence[str],
    scripts: Sequence[str] = (),
    ratio: tuple[int, int] | None = None,
) -> str:
    """One file of HTML that begins with `ours`, runs no script but its own, and loads nothing but what the
    directives `loads` of its policy allow. `title` and `body` are HTML; styles and scripts lie here by their
    names; `ratio` is that of its pictures, width and height."""
    read = files("starter").joinpath
    style, script = ("".join(read(name).read_text() for name in names) for names in (styles, scripts))
    policy = f"default-src 'none'; {loads}; style-src 'unsafe-inline'"
    if script:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        policy += f"; script-src 'sha256-{digest}'"
    shape = f' style="--ratio: {ratio[0]} / {ratio[1]}"' if ratio else ""
    return (
        f'{ours}<html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Nobody whom it loads a film from is told where it lies.
        f'<meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}"><style>{style}</style>'
        f"<body{shape}><main>{body}</main>{f'<script>{script}</script>' if script else ''}"
    )


def write_page(base: Path, kind: str, html: str, ours: str) -> Path:
    """Its path beside `base`, named by its `kind`. What begins with `ours` is replaced, and nothing else.
    Raises `CannotSave`."""
    try:
        for number in count(1):
            path = base.with_name(f"{base.name}-{kind}{f'-{number}' if number > 1 else ''}.html")
            if not path.exists() or _is(path, ours):
                break
        # Beside its place, so that the last step is a rename within one file system.
        with tempfile.TemporaryDirectory(prefix=".reel-", dir=path.parent) as folder:
            part = Path(folder) / path.name
            part.write_text(html, encoding="utf-8")
            return part.replace(path)
    except OSError as error:
        raise CannotSave(f"The page cannot be written beside {base}: {error.strerror}.") from error


def _is(path: Path, ours: str) -> bool:
    with path.open("rb") as file:
        return file.read(len(ours)) == ours.encode()
