"""How a wrong setting is said to a person: which one, what is wrong with it, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic_core import ErrorDetails

# A setting is a word or an address; what is longer was pasted by mistake, and may be anything.
_QUOTED = 40
_POSTGRES = "postgresql://user:password@host:5432/database"
_SHAPES = {
    "s3_bucket": "3 to 63 small letters, digits, dots and hyphens, such as film-studio",
    "s3_endpoint": "an address with its https:// or http://, such as https://s3.example.org",
    "s3_public_url": "an address with its https:// or http://, such as https://media.example.org",
}
_KINDS: Mapping[str, str] = {
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "decimal_parsing": "a number",
    "finite_number": "a number",
    "bool_parsing": "1 or 0",
}
_BOUNDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda limit: f"{limit['ge']:,} or more",
    "greater_than": lambda limit: f"more than {limit['gt']:g}",
    "less_than_equal": lambda limit: f"at most {limit['le']:,}",
    "literal_error": lambda limit: str(limit["expected"]).replace("'", ""),
}


def database_address(url: str) -> str:
    """The address as it stands. Raises ValueError where it is none of PostgreSQL; its words quote nothing."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError(f"it is no address of PostgreSQL: write {_POSTGRES}")
    return url


def web_address(url: str) -> str:
    """The address as it stands. Raises ValueError where it is none of the web; its words quote nothing."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("it is no address of the web: write one such as https://hooks.example.org/reel")
    return url


def pem(typed: str, what: str) -> str:
    """The PEM text that was typed, or that the file of this name holds. Raises ValueError where it holds no
    `what`, such as CERTIFICATE; its words quote nothing, for it may be a key."""
    told = f"write the name of a PEM file that holds a {what}, or its text"
    # Where a setting has one line, as in many files of settings, the text's own ends of lines are spelt.
    text = typed.replace("\\n", "\n")
    if "-----BEGIN" not in text:
        try:
            text = Path(typed).expanduser().read_text()
        except OSError as error:
            raise ValueError(f"the file cannot be read ({error.strerror}): {told}") from None
        except ValueError:
            text = ""
    if "-----BEGIN ENCRYPTED" in text or "Proc-Type: 4,ENCRYPTED" in text:
        raise ValueError("the key has a passphrase, which nobody is there to type: write one without")
    if f"{what}-----" not in text:
        raise ValueError(f"it holds none: {told}")
    return text


def in_words(error: ErrorDetails, variable: str) -> str:
    """One wrong setting, known to people as `variable`; what was typed is quoted, unless it may be secret."""
    kind, context = error["type"], error.get("ctx", {})
    # Rules of ours, over one setting or several: what they quote they have chosen to.
    if kind == "value_error":
        said = error["msg"].removeprefix("Value error, ")
        return f"{variable}: {said}" if variable else said
    field = str(error["loc"][0]) if error["loc"] else ""
    wanted = _KINDS.get(kind) or (_BOUNDS[kind](context) if kind in _BOUNDS else _SHAPES.get(field))
    if wanted is None:
        return f"{variable}: {error['msg']}"
    return f"{variable} is {_quoted(error['input'])}: write {wanted}"


def _quoted(typed: object) -> str:
    text = "".join(c if c.isprintable() else "?" for c in str(typed))
    # Before the @ of an address stand a name and a password.
    text = text.rpartition("@")[2]
    return f"'{text}'" if len(text) <= _QUOTED else f"'{text[: _QUOTED - 1]}…'"
