"""One line of the table of live editing, with the limits that it has to keep."""

from dataclasses import dataclass, field
from typing import Any

HEADS = (
    f"{'':62} {'acks/s':>7} {'ack p50/p95/p99 ms':>22} {'others p50/p95/p99 ms':>22} "
    f"{'CPU %':>6} {'MB':>5} {'gen %':>6}  limits"
)
_BUSY = 90.0
"""Percent of a core at which the typists themselves are what is slow."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure may be: at most, or at least when `least`."""

    what: str
    is_: float
    limit: float
    least: bool = False

    @property
    def kept(self) -> bool:
        return self.is_ >= self.limit if self.least else self.is_ <= self.limit

    def told(self) -> str:
        """The limit in the table's last column."""
        sign = "≥" if self.least else "≤"
        return f"{self.what} {self.is_:g} {sign} {self.limit:g}{'' if self.kept else ' MISSED'}"


@dataclass(frozen=True, slots=True)
class Row:
    """What was found under one name."""

    name: str
    found: dict[str, Any] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    lost: bool = False
    """Whether it tells of what was lost, not of how fast it was."""

    def told(self) -> str:
        """The line as it is printed."""
        if not self.found and not self.limits:
            return self.name
        told = f"{self.name:62} "
        if self.lost:
            told += (
                f"{self.found['promised']:,} acknowledged or seen by others; "
                f"{self.found['lost']:,} of them lost, {self.found['doubled']:,} doubled"
            )
        elif self.found:
            told += self._figures()
        return (
            f"{told}  {'; '.join([*self._warnings(), *(x.told() for x in self.limits)])}".rstrip()
        )

    def as_json(self) -> dict[str, object]:
        """The same for bench.json."""
        limits = [
            {"what": x.what, "is": x.is_, "limit": x.limit, "kept": x.kept} for x in self.limits
        ]
        return {"name": self.name, **self.found, "limits": limits}

    def _figures(self) -> str:
        found = self.found
        spreads = [" / ".join(f"{x:.1f}" for x in found[key]) for key in ("ack", "others")]
        cpu = "+".join(f"{x:.0f}" for x in found["CPU"])
        memory = "+".join(f"{x:.0f}" for x in found["MB"])
        return (
            f"{found['acks a second']:>7,.0f} {spreads[0]:>22} {spreads[1]:>22} {cpu:>6} "
            f"{memory:>5} {found['generator CPU']:>6.0f}"
        )

    def _warnings(self) -> list[str]:
        if self.lost:
            return []
        found = self.found
        told = []
        if found.get("generator CPU", 0) > _BUSY:
            told.append("the typists were the bottleneck")
        for key in ("not acknowledged", "not received", "sent back"):
            if found.get(key):
                told.append(f"{found[key]:,} {key}")
        told += [f"“{words}” ({times})" for words, times in found.get("troubles", {}).items()]
        return told
