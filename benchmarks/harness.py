"""Take turns, then compare: medians, ratios, bars.

Machines differ and are noisy, but a slow moment slows whoever has a turn in
it. So all contestants of a question take turns within one run, each round
begins with another one, and what is compared is the ratio *within* a round.

=========  ==============================================================
figure     how it is come by
=========  ==============================================================
median     of the rounds that count; those that warm up are dropped
ratio      the median of the rounds' ratios to the yardstick
interval   95 % for that median, by order statistics (no assumption about
           the noise); with fewer than six rounds it is min to max
bar        passed or failed by the ratio (or the value), not the interval
=========  ==============================================================
"""

from __future__ import annotations

import math
import statistics
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from benchmarks.workers import PeerFailedError, PeerMissingError, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Reply: TypeAlias = dict[str, float]
Verdict: TypeAlias = Literal["PASS", "FAIL", "SKIP"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the command line asked for.

    Attributes:
        quick: All questions in a few minutes, with wider intervals.
        rounds: Rounds that count; None leaves it to the question.
        size: Bytes a stream is to carry; None leaves it to the question.
    """

    quick: bool = False
    rounds: int | None = None
    size: int | None = None

    def rounds_or(self, full: int, quick: int) -> int:
        """Return how many rounds a question takes that wants *full* of them."""
        return self.rounds or (quick if self.quick else full)

    def size_or(self, full: int, quick: int) -> int:
        """Return how many bytes a stream carries that wants *full* of them."""
        return self.size or (quick if self.quick else full)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """Who does a job, and how.

    Attributes:
        name: As the table calls it; unique within a question.
        peer: A file of ``peers/``, without its ending.
        job: What that peer is told to do.
        options: What the job is told.
        loop: The event loop the peer runs on.
        environ: Added to the peer's environment.
    """

    name: str
    peer: str
    job: str
    options: dict[str, Any] = field(default_factory=dict)
    loop: str = "asyncio"
    environ: dict[str, str] = field(default_factory=dict)

    def worker(self) -> Worker:
        """Start its peer."""
        return Worker(self.peer, self.loop, self.environ)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What must hold of *subject*: a bound on its value, or on a ratio.

    Attributes:
        subject: A contestant's name.
        at_least: The bound, if more is better.
        at_most: The bound, if less is better.
        against: The contestant it is divided by; None bounds the value itself.
        worst: Judge the worst round rather than the median.
    """

    subject: str
    at_least: float | None = None
    at_most: float | None = None
    against: str | None = None
    worst: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A bar, and how it went; *value* is None if a side of it was not there."""

    bar: Bar
    verdict: Verdict
    value: float | None


@dataclass(slots=True, kw_only=True)
class Samples:
    """What the contestants of one run measured, round by round.

    Attributes:
        replies: By contestant, in the order of the rounds.
        versions: By contestant: what was measured.
        missing: By contestant: why it could not take part.
        failed: By contestant: what it did wrongly.
    """

    replies: dict[str, list[Reply]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One figure of a run: its question, its values, its bars.

    Attributes:
        key: What the JSON calls it.
        question: What is asked, in words.
        unit: Of the values.
        better: Which values are better.
        values: By contestant, in the order of the rounds.
        yardstick: The contestant that the others are divided by, if any.
        bars: What must hold.
        versions: By contestant.
        missing: By contestant: why it could not take part.
        failed: By contestant: what it did wrongly.
    """

    key: str
    question: str
    unit: str
    better: Literal["less", "more"]
    values: dict[str, list[float]]
    yardstick: str | None = None
    bars: Sequence[Bar] = ()
    versions: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def ratios(self, subject: str, against: str) -> list[float]:
        """Return *subject* divided by *against*, round by round."""
        pairs = zip(self.values[subject], self.values[against], strict=True)
        return [ours / theirs for ours, theirs in pairs]

    def judge(self) -> list[Judgement]:
        """Return how each bar went."""
        return [self._judge(bar) for bar in self.bars]

    def _judge(self, bar: Bar) -> Judgement:
        sides = {bar.subject, bar.against or bar.subject}
        if not sides <= self.values.keys():
            verdict: Verdict = "FAIL" if sides & self.failed.keys() else "SKIP"
            return Judgement(bar=bar, verdict=verdict, value=None)
        sample = (
            self.values[bar.subject]
            if bar.against is None
            else self.ratios(bar.subject, bar.against)
        )
        worst = max if bar.at_least is None else min
        value = worst(sample) if bar.worst else statistics.median(sample)
        passed = (bar.at_least is None or value >= bar.at_least) and (
            bar.at_most is None or value <= bar.at_most
        )
        return Judgement(bar=bar, verdict="PASS" if passed else "FAIL", value=value)


def take_turns(
    contestants: Sequence[Contestant],
    rounds: int,
    *,
    warm_up: int = 1,
    fresh: bool = False,
) -> Samples:
    """Let *contestants* do their jobs in turns: A B C, B C A, C A B, ...

    Each has a process of its own. The first *warm_up* rounds are not among the
    samples. *fresh* gives every job a new process, for what can be measured
    only once in a process's life.
    """
    samples = Samples()
    with ExitStack() as stack:
        workers = _present(contestants, samples, stack)
        if fresh:
            stack.close()  # they have said what they are
        for turn in range(warm_up + rounds):
            for one in _rotated(contestants, turn):
                if one.name not in samples.replies:
                    continue
                try:
                    reply = _one_turn(one, None if fresh else workers[one.name])
                except PeerFailedError as exc:
                    samples.failed[one.name] = str(exc)
                    del samples.replies[one.name]
                    continue
                if turn >= warm_up:
                    samples.replies[one.name].append(reply)
    return samples


def _present(
    contestants: Sequence[Contestant], samples: Samples, stack: ExitStack
) -> dict[str, Worker]:
    """Start a worker for each, to be closed by *stack*; note those that do not."""
    workers: dict[str, Worker] = {}
    for one in contestants:
        try:
            worker = stack.enter_context(one.worker())
        except PeerMissingError as exc:
            samples.missing[one.name] = str(exc)
        except PeerFailedError as exc:
            samples.failed[one.name] = str(exc)
        else:
            workers[one.name] = worker
            samples.versions[one.name] = worker.version
            samples.replies[one.name] = []
    return workers


def _rotated(contestants: Sequence[Contestant], turn: int) -> list[Contestant]:
    first = turn % len(contestants)
    return [*contestants[first:], *contestants[:first]]


def _one_turn(one: Contestant, worker: Worker | None) -> Reply:
    if worker is not None:
        return worker.ask(one.job, one.options)
    with one.worker() as own:
        return own.ask(one.job, one.options)


def tabulate(
    samples: Samples,
    value: Callable[[Reply], float],
    *,
    key: str,
    question: str,
    unit: str,
    better: Literal["less", "more"],
    yardstick: str | None = None,
    bars: Sequence[Bar] = (),
) -> Table:
    """Return the table of one figure: *value* of every reply."""
    return Table(
        key=key,
        question=question,
        unit=unit,
        better=better,
        values={
            name: [value(reply) for reply in replies]
            for name, replies in samples.replies.items()
        },
        yardstick=yardstick,
        bars=bars,
        versions=samples.versions,
        missing=samples.missing,
        failed=samples.failed,
    )


def interval(sample: Sequence[float]) -> tuple[float, float]:
    """Return between which values the median lies, with 95 % confidence.

    The k-th smallest and the k-th largest, with the largest k for which a fair
    coin, thrown once a value, falls on one side fewer than k times in at most
    2.5 % of cases. Fewer than six values cannot say so much: min and max.
    """
    ordered = sorted(sample)
    n = len(ordered)
    rank, tail = 0, 0.5**n
    while tail <= 0.025:
        rank += 1
        tail += math.comb(n, rank) * 0.5**n
    rank = max(rank, 1)
    return ordered[rank - 1], ordered[n - rank]
