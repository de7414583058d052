"""What can be wrong around the studio, in words that name what to mend; never a traceback."""

from __future__ import annotations


class SettingsError(Exception):
    """The home, a setting or an option cannot be used; the message names which and why. Mend it, then
    retry."""


class Unreachable(Exception):
    """A server (Temporal, PostgreSQL, S3) cannot be started, does not answer or refuses us. Look at its
    settings and whether it runs, then retry."""


class ServerError(Exception):
    """An embedded server cannot run here. Not worth a retry: the message says what to change."""


class StackError(Exception):
    """An embedded server did not start; the message ends with what it logged last. Retry after a look."""
