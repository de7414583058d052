"""The embedded servers of a home, real ones, on loopback only: Temporal and the door to its Web UI,
PostgreSQL, S3, the providers' stand-ins."""

from infra.embedded.servers.child import LOOPBACK, Server, program
from infra.embedded.servers.objects import ObjectServer
from infra.embedded.servers.postgres import PostgresServer
from infra.embedded.servers.standins import StandinServer
from infra.embedded.servers.temporal import TemporalServer
from infra.embedded.servers.web import WebServer

#: Each kind, for whoever finds one running that it did not start.
KINDS: tuple[type[Server], ...] = (TemporalServer, WebServer, PostgresServer, ObjectServer, StandinServer)

__all__ = [
    "KINDS",
    "LOOPBACK",
    "ObjectServer",
    "PostgresServer",
    "Server",
    "StandinServer",
    "TemporalServer",
    "WebServer",
    "program",
]
