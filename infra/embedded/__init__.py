"""The servers of a bare machine, one stack a home: started by whoever attaches first, brought back when they
die, ended by whoever leaves last. Loopback only."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from infra.embedded.neighbours import others as others
    from infra.embedded.neighbours import warning as warning
    from infra.embedded.servers import PostgresServer as PostgresServer
    from infra.embedded.servers import StandinServer as StandinServer
    from infra.embedded.servers import TemporalServer as TemporalServer
    from infra.embedded.stack import Stack as Stack
    from infra.embedded.stack import open_stack as open_stack
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "neighbours": "others warning",
            "servers": "PostgresServer StandinServer TemporalServer",
            "stack": "Stack open_stack",
        },
    )
