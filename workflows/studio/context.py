"""What a production's work is done with: the board, the gate, the money and the account of one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workflows.studio.board import Board
from workflows.studio.money import Account, Budget
from workflows.studio.purchases import Purchases
from workflows.studio.runner import Runner
from workflows.studio.watch import Watch


@dataclass(frozen=True)
class Context:
    """Of one run. `planned` is to be called once it is known what is to be made: from then on it is told as
    being rendered."""

    #: The workflow id, which pays, and under which is delivered.
    id: str
    account: Account
    budget: Budget
    board: Board
    runner: Runner
    purchases: Purchases
    planned: Callable[[], None]
    watch: Watch
