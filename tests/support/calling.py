"""Has a command run by the process that is prepared for it, and ends as it does: its streams are this one's.

Started by `prepared.program` alone, as `python -IS calling.py SOCKET MODULE WORDS`: that takes no time.
"""

from __future__ import annotations

import os
import signal
import socket
import sys


def main(place: str, module: str, *words: str) -> int:
    """The command's exit code. Signals reach it; and if this is killed, so is the command."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(place)
    environment = (f"{name}={value}" for name, value in os.environ.items())
    # `Path` would take longer to import than all of this takes.
    folder = os.getcwd()  # noqa: PTH109
    said = os.fsencode("\0".join((module, folder, str(len(words)), *words, *environment)))
    socket.send_fds(line, [len(said).to_bytes(4, "big")], [0, 1, 2])
    line.sendall(said)
    pid = int.from_bytes(line.recv(4), "big")

    def passed_on(sent: int, _: object) -> None:
        try:
            os.kill(pid, sent)
        except ProcessLookupError:
            # It has just ended by itself, as it is about to be told.
            return

    # Of nobody's id it would be the whole group that is signalled.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if pid else ():
        signal.signal(number, passed_on)
    code = line.recv(4)
    # Nobody knows how it ended where what forked it has ended.
    return int.from_bytes(code, "big") if code else 1


if __name__ == "__main__":
    os._exit(main(*sys.argv[1:]))
