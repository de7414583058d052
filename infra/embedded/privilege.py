"""How PostgreSQL runs where we are root, which it refuses: as a user without rights, in its own folder.

Homes and clones of root's usually lie in folders that only root may enter, and nobody else's permissions are
changed for it. So the data is handed over as the working folder, which a process may use however it came
there, and named by a path that leads through no other folder; the programs are run from a copy that all may
read. Nothing else of root's is within reach.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from infra.errors import ServerError

# initdb wants a uid that has a name: this one exists on every Linux.
UNPRIVILEGED = "nobody"
#: Where a system keeps what can be made again (FHS, 5.5); only root writes there.
COPIES = Path("/var/cache/reelwright")
# What a person can do about any of it.
_REMEDY = "run reel as another user, or set REEL_DATABASE_URL"


def server_user() -> int:
    """The uid that PostgreSQL runs as: ours, unless that is root's."""
    return os.geteuid() or pwd.getpwnam(UNPRIVILEGED).pw_uid


def working_folder(folder: Path) -> str:
    """How a process started in `folder` by `as_unprivileged` names it."""
    return str(folder) if os.geteuid() else "/proc/self/cwd"


def hand_over(path: Path) -> None:
    """A file or folder that the server shall own. Raises ServerError."""
    if os.geteuid() != 0:
        return
    try:
        shutil.chown(path, UNPRIVILEGED)
    except (OSError, LookupError) as error:
        # In a container without root's own rights, or on a disk of another machine.
        raise ServerError(
            f"PostgreSQL does not run as root, and {path} cannot be given to the user {UNPRIVILEGED} "
            f"({error}): {_REMEDY}"
        ) from error


def runnable(program: Path, root: Path, parts: Sequence[str], name: str) -> Path:
    """The program, where the server's user may run it: where we are root and others cannot reach it, in a
    copy, called `name`, of these parts of its `root`. Raises ServerError."""
    if os.geteuid() != 0 or _open_to_all(program):
        return program
    copy = COPIES / name
    try:
        if not copy.is_dir():
            _copy(root, parts, copy)
    except OSError as error:
        raise ServerError(
            f"PostgreSQL does not run as root, other users cannot reach {program}, and a copy for them at "
            f"{copy} cannot be made ({error}): open its folder, {_REMEDY}"
        ) from error
    return copy / program.relative_to(root)


def _open_to_all(program: Path) -> bool:
    folders = {*program.absolute().parents, *program.resolve().parents}
    return program.stat().st_mode & 0o005 == 0o005 and all(one.stat().st_mode & 0o001 for one in folders)


def _copy(root: Path, parts: Sequence[str], copy: Path) -> None:
    """Whole or not at all: made aside and renamed."""
    for folder in (COPIES.parent, COPIES):
        if not folder.exists():
            folder.mkdir()
            # Whatever our umask says.
            folder.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=COPIES) as aside:
        draft = Path(aside) / copy.name
        for part in parts:
            if (root / part).exists():
                shutil.copytree(root / part, draft / part, ignore=shutil.ignore_patterns("include"))
        for path in (draft, *draft.rglob("*")):
            mode = path.stat().st_mode
            # Whoever installed it may have kept it all to themselves.
            path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))
        # Not empty: somebody else has just made the same.
        with suppress(FileExistsError):
            draft.rename(copy)


def as_unprivileged(command: Sequence[str]) -> list[str]:
    """The command as a user that PostgreSQL accepts, without any capability, when we are root; unchanged
    otherwise. Raises ServerError where that cannot be done."""
    if os.geteuid() != 0:
        return list(command)
    setpriv = shutil.which("setpriv")
    if sys.platform != "linux" or setpriv is None:
        raise ServerError(
            "PostgreSQL does not run as root, and `setpriv` (package util-linux) is missing: "
            f"install it, {_REMEDY}"
        )
    user = [f"--reuid={UNPRIVILEGED}", "--regid=65534", "--clear-groups", "--no-new-privs", "--inh-caps=-all"]
    return [setpriv, *user, "--", *command]
