"""Knows what every page of ours is: one file of HTML that is whole without a network, in which whatever
somebody else wrote is text, never markup."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from importlib.resources import files

#: How a page begins that tells what something was: what begins so is ours, and may be replaced.
A_REPORT = "<!doctype html><!-- reelwright: a report -->"


def document(
    ours: str,
    title: str,
    body: str,
    *,
    loads: str = "",
    style: str = "",
    script: str = "",
    ratio: tuple[int, int] | None = None,
) -> str:
    """One file of HTML that begins with `ours`, runs no script but its own, and loads nothing but what the
    directives `loads` of its policy allow. `title` and `body` are HTML, `style` is its own beside that of all
    pages; `ratio` is that of its pictures, width and height."""
    every = files(__package__).joinpath("page.css").read_text()
    policy = "; ".join(filter(None, ("default-src 'none'", loads, "style-src 'unsafe-inline'")))
    if script:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        policy += f"; script-src 'sha256-{digest}'"
    shape = f' style="--ratio: {ratio[0]} / {ratio[1]}"' if ratio else ""
    return (
        f'{ours}<html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Nobody whom it loads a film from is told where it lies.
        f'<meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        f"<style>{every}{style}</style>"
        f"<body{shape}><main>{body}</main>{f'<script>{script}</script>' if script else ''}"
    )


def heading(title: str, words: str, facts: Iterable[str]) -> str:
    """How a page begins, of what is HTML already; a fact that says nothing is left out."""
    said = "".join(f"<span>{fact}</span>" for fact in facts if fact)
    about = f'<p class="soft">{words}</p>' if words else ""
    return f'<header><h1>{title}</h1>{about}<div class="facts">{said}</div></header>'


def text(said: str) -> str:
    """Somebody's words: printable, and inert wherever they stand."""
    return escape("".join(each if each.isprintable() else " " for each in said))
