"""Knows every interval of the claim protocol, and the relations between them that make it safe."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from activities.models import ADRIFT_S


@dataclass(frozen=True)
class Times:
    """Seconds, all of them. One frozen value: divided by one factor, the relations stay."""

    # A claim ends by itself this long after its owner was last heard of: long enough for a database that
    # is away for half a minute, short enough that a film hardly notices a dead worker.
    lease: float = 60.0
    # Nobody takes over before the lease is over by this much: clocks and wires differ.
    margin: float = 5.0
    # Five renewals may be lost before the lease is.
    renew_every: float = 10.0
    # A waiter is counted as waiting this long after it last said so.
    wish: float = 60.0
    wish_every: float = 10.0
    # Waiters look at random times in between, so that a hundred of them do not ask at once.
    look_least: float = 1.0
    look_most: float = 2.0
    # A waiter holds a worker's slot this long, then gives it back and is called again.
    wait: float = 30.0
    call_again: float = 20.0
    # How long work that was told to stop may take to notice; then its thread is left behind.
    wind_down: float = 20.0
    # Finished work outlives a server that is away this long: a restart or failover of a minute and what it
    # takes to notice its end.
    outage: float = 75.0
    # How often the driver looks at its work: what a person sees is never older than twice this.
    tick: float = 2.0
    # Paid work. Between the last look at the clock and the one POST nothing is awaited; a sender that was
    # frozen for longer than this sends nothing.
    send_window: float = 10.0
    # The whole call of a submit that answers with an id.
    post_timeout: float = 30.0
    # A request may be on its way this long after its sender has given up.
    transit: float = 30.0
    # A provider's listing shows a job this late.
    listing: float = 30.0
    # Clocks of ours and of the database differ by at most this.
    skew: float = 5.0
    adrift: float = ADRIFT_S
    # How often a job is asked how it stands at most, and how often one that has just begun: there are plans
    # and images that take no longer than a second. `pace.py` says when it is less.
    poll: float = 3.0
    soon: float = 0.5
    # How often a listing is asked for a request whose answer was lost.
    list_every: float = 10.0
    # The longest call of a model whose answer is the output itself.
    post_longest: float = 300.0
    # An output on a slow line, so long as some of it comes: providers keep theirs for an hour.
    fetch_longest: float = 3600.0
    # The sweeper leaves a lapsed lease this long to whoever still wants the result.
    tend_after: float = 60.0
    # One second of a limit that the catalogue names.
    second: float = 1.0

    @property
    def settle(self) -> float:
        """After this a request whose answer was lost is either known to the provider, or never will be."""
        return self.send_window + self.post_timeout + self.transit + self.listing + 2 * self.skew

    def __post_init__(self) -> None:
        if any(getattr(self, field.name) <= 0 for field in fields(self)):
            raise ValueError("every time is positive")
        relations = {
            "an owner renews at least three times a lease": 3 * self.renew_every <= self.lease,
            "looking at the work leaves the renewals their rhythm": self.tick <= self.renew_every / 2,
            "a wish outlives two missed renewals of it": 3 * self.wish_every <= self.wish,
            "a wish outlives the gap until its waiter is called again": (
                self.wish >= self.wish_every + self.look_most + self.call_again + self.margin
            ),
            "a waiter looks between two wishes": 0 < self.look_least <= self.look_most <= self.wish_every,
            "work outlives an outage that its lease does not": self.outage >= self.lease,
            "work told to stop ends before its lease": self.wind_down + self.renew_every < self.lease,
            "a job is asked and listed at least as often as its lease is renewed": (
                max(self.poll, self.list_every) <= self.renew_every
            ),
            "a frozen sender has given up before its lease is over": self.send_window < self.lease,
        }
        broken = [name for name, holds in relations.items() if not holds]
        if broken:
            raise ValueError("times do not fit together: " + "; ".join(broken))

    def divided(self, by: float) -> Times:
        """All of them, `by` times as fast."""
        return replace(self, **{field.name: getattr(self, field.name) / by for field in fields(self)})
