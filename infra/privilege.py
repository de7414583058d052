"""How PostgreSQL runs where we are root, which it refuses: as a user without rights, in its own folder.

A home usually lies in folders that only root may enter, and nobody else's permissions are changed for it.
So the data is handed over as the working folder, which a process may use however it came there, and named
by a path that leads through no other folder. Nothing else of root's is within reach.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

# initdb wants a uid that has a name: this one exists on every Linux.
UNPRIVILEGED = "nobody"
# The kernel's numbers of the capabilities that let a process pass folders that are closed to it, the lesser
# one first: it reads, the other also writes. Containers often grant only the other.
_PASSING = {"dac_read_search": 2, "dac_override": 1}


class ServerError(Exception):
    """An embedded server cannot run here. Not worth a retry: the message says what to change."""


def server_user() -> int:
    """The uid that PostgreSQL runs as: ours, unless that is root's."""
    return os.geteuid() or pwd.getpwnam(UNPRIVILEGED).pw_uid


def working_folder(folder: Path) -> str:
    """How a process started in `folder` by `as_unprivileged` names it."""
    return str(folder) if os.geteuid() else "/proc/self/cwd"


def hand_over(path: Path) -> None:
    """A file or folder that the server shall own."""
    if os.geteuid() == 0:
        shutil.chown(path, UNPRIVILEGED)


def as_unprivileged(command: Sequence[str]) -> list[str]:
    """The command as a user that PostgreSQL accepts, when we are root; unchanged otherwise.

    It has no capability where its program is open to everybody. A program that was installed in a closed
    folder, such as a virtual environment under /root, can only be run with the right to pass that folder,
    and then has it. Raises ServerError where that cannot be done.
    """
    if os.geteuid() != 0:
        return list(command)
    setpriv = shutil.which("setpriv")
    if sys.platform != "linux" or setpriv is None:
        raise ServerError(
            "PostgreSQL does not run as root, and `setpriv` (package util-linux) is missing: "
            "install it, run reel as another user, or set REEL_DATABASE_URL"
        )
    user = [f"--reuid={UNPRIVILEGED}", "--regid=65534", "--clear-groups", "--no-new-privs"]
    return [setpriv, *user, *_rights(Path(command[0])), "--", *command]


def _rights(executable: Path) -> list[str]:
    folders = {*executable.absolute().parents, *executable.resolve().parents}
    if all(folder.stat().st_mode & 0o001 for folder in folders):
        return ["--inh-caps=-all"]
    status = Path("/proc/self/status").read_text()
    held = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapPrm")), 16)
    for name, number in _PASSING.items():
        if held >> number & 1:
            return [f"--inh-caps=-all,+{name}", f"--ambient-caps=+{name}"]
    raise ServerError(f"PostgreSQL does not run as root, and other users cannot reach {executable.parent}")
