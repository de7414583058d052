"""Where `reel` itself writes down what happens: one rotating file in the home, never the terminal."""

from __future__ import annotations

import logging
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import cast

from infra.private import private_file, private_folder

#: How a line of it is laid out.
LINE = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
# A month of films on a laptop, and small enough to send to somebody who helps.
FILE_BYTES = 4 << 20
FILES = 3
# They log every request and every poll, with whole URLs, in which signatures stand.
TALKATIVE = (
    *("botocore", "boto3", "s3transfer", "urllib3", "asyncio", "filelock"),
    *(
        "httpx",
        "httpx2",
        "httpcore",
        "httpcore2",
        "openai",
        "replicate",
        "fal_client",
        "google_genai",
        "google",
    ),
)
# Says of each queue, and in its own words, what `hosting` in `worker.py` says once.
_REPEATS = "temporalio.worker._worker"


class _PrivateFileHandler(RotatingFileHandler):
    """Prompts and names of products stand in it."""

    def _open(self) -> TextIOWrapper:
        return cast(TextIOWrapper, private_file(Path(self.baseFilename), self.mode, self.encoding))

    def handleError(self, record: logging.LogRecord) -> None:
        # A full disk, say: whoever writes next is told in words, and the terminal belongs to the film.
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


def log_to(folder: Path, form: logging.Formatter | None = None) -> Path:
    """Send the process's log records to `folder`/reel.log, which is returned. Safe to call again.

    Processes that share a home share the file; each line says which one wrote it. `form` writes the lines:
    what `formatter_of` gives for `LINE`, where there are settings.
    """
    private_folder(folder)
    target = folder / "reel.log"
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()
    handler = _PrivateFileHandler(target, maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8")
    handler.setFormatter(form or logging.Formatter(LINE))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    hush()
    return target


def log_here(form: logging.Formatter) -> None:
    """Send the process's log records, and Python's own warnings, to standard error, in that form."""
    handler = logging.StreamHandler()
    handler.setFormatter(form)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(True)
    hush()


def hush() -> None:
    """Keeps the talkative libraries to their warnings, wherever the records go."""
    for name in (*TALKATIVE, _REPEATS):
        logging.getLogger(name).setLevel(logging.WARNING)
