"""Which terminal a film belongs to: the one that started it, or resumed it after that one had died."""

from __future__ import annotations

from pathlib import Path

import filelock

from starter.place import digits_of


class Ownership:
    """One film's owner among the terminals of one home: Ctrl-C there stops the film, elsewhere it only
    leaves. An operating-system lock, so that it ends with its process however that dies."""

    def __init__(self, home: Path, film_id: str) -> None:
        folder = home / "owners"
        folder.mkdir(parents=True, exist_ok=True)
        name = digits_of(film_id)
        self._lock = filelock.FileLock(folder / f"{name}.lock")
        self._run = folder / f"{name}.run"

    def start(self, run_id: str) -> bool:
        """Owns the run that this terminal has just started; False where another one was quicker."""
        self._run.write_text(run_id)
        return self._take()

    def inherit(self, run_id: str) -> bool:
        """Owns a run that a terminal of this home started and left, or died over. A film that a service
        started is nobody's to stop by leaving."""
        try:
            known = self._run.read_text()
        except FileNotFoundError:
            return False
        return known == run_id and self._take()

    def _take(self) -> bool:
        try:
            self._lock.acquire(blocking=False)
        except filelock.Timeout:
            return False
        return True
