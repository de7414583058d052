"""Who else can log in to this machine: loopback is open to them, and Temporal's dev server has no users."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil

# Below this lie the accounts of services (login.defs; macOS counts people from 501); the other is nobody's.
FIRST_PERSON = 501 if sys.platform == "darwin" else 1000
NOBODY = 65534
# Shells of accounts that cannot log in.
CLOSED = ("nologin", "false")


def others() -> list[str]:
    """Names of the accounts beside ours that can log in, or are logged in, in alphabetical order."""
    logged_in = {one.name for one in psutil.users()} - {_name(os.getuid())}
    return sorted(logged_in.union(people(pwd.getpwall())))


def people(accounts: Iterable[pwd.struct_passwd]) -> list[str]:
    """Of these accounts, those of people other than us. Directories such as LDAP often do not list theirs."""
    return [
        one.pw_name
        for one in accounts
        if one.pw_uid >= FIRST_PERSON
        and one.pw_uid not in (NOBODY, os.getuid())
        and Path(one.pw_shell).name not in CLOSED
    ]


def warning(names: list[str]) -> str:
    """What to tell whoever runs servers here beside these people."""
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return (
        f"Whoever else can log in here ({shown}) can start, read and stop films: the embedded Temporal "
        "server asks nobody who they are. On a shared machine, set TEMPORAL_ADDRESS to a server that does."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        # A container that runs as a number.
        return str(uid)
