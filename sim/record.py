"""What is remembered of a run: daily series by name, each of shape (days, points, replicates).

Acts and events are whole numbers, the rest 32-bit floats. What the record of history fixes is kept with its log
probability, so that surprises can be scored.
"""

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.ladder import TRACKS, WAR_RUNG
from sim.worlds import Array, total

RUNGS = {track: np.array([act.rung for act in acts], dtype=np.int8) for track, acts in TRACKS.items()}
DOWNGRADED_RUNG = next(act.rung for act in TRACKS["public"] if act.name == "downgrade")

Reader = Callable[[Any], Any]
Readers = dict[str, tuple[type, Reader]]
Series = dict[str, NDArray[Any]]

DYAD = {"tension": "tension", "truce": "truce", "coordination": "coordination"}
DYAD_EVENTS = {"agreement": "agreed", "restoration": "restored", "war": "war"}
STATE = ("debt", "militant_debt", "attention", "audience", "belief", "readiness", "pressure", "felt", "harm", "killed")
STATE_WHOLE = ("sits", "envoys", "policy")
GROUP = {"attacks": "attacks", "killed": "killed", "salient": "killed_salient", "fighters": "fighters"}
GROUP_WHOLE = ("struck", "blamed")


def readers(model: Any) -> Readers:
    """Every daily series: its name, its type, and how it is read off the model."""
    series: Readers = {name: (np.float32, _off("dyad", attribute)) for name, attribute in DYAD.items()}
    series |= {name: (np.int8, _off("dyad", attribute)) for name, attribute in DYAD_EVENTS.items()}
    for number, state in enumerate(model.states):
        series |= _of_state(state.name, number, model.tracks)
        if model.hand.chronicle.abroad:
            series[f"{state.name}.killed_elsewhere"] = (np.float32, _off("states", "killed_elsewhere", number))
    series |= {f"{outsider.name}.stage": (np.int8, _off("third_parties", "stage", number)) for number, outsider in enumerate(model.third_parties)}
    for number, group in enumerate(model.groups):
        series |= {f"{group.name}.{name}": (np.float32, _off("groups", attribute, number)) for name, attribute in GROUP.items()}
        series |= {f"{group.name}.{name}": (np.int8, _off("groups", name, number)) for name in GROUP_WHOLE}
        series[f"{group.name}.place"] = (np.int16, _off("groups", "place", number))
    return series | (_of_border() if model.crossings else {}) | (_of_people() if model.communities else {})


def _off(section: str, attribute: str, number: int | None = None) -> Reader:
    """Reads an attribute off one of the model's agents."""

    def read(crisis: Any) -> Any:
        agents = getattr(crisis, section)
        return getattr(agents if number is None else agents[number], attribute)

    return read


def _of_state(name: str, number: int, tracks: tuple[str, ...]) -> Readers:
    series: Readers = {f"{name}.{key}": (np.int8, _off("states", key, number)) for key in STATE_WHOLE}
    series |= {f"{name}.{key}": (np.float32, _off("states", key, number)) for key in STATE}
    series[f"{name}.place"] = (np.int16, _off("states", "place", number))
    series |= {f"{name}.{track}": (np.int8, _act(number, track)) for track in tracks}
    series[f"{name}.rung"] = (np.int8, lambda crisis: rung(crisis.states[number], crisis.dyad.war))
    return series


def _act(number: int, track: str) -> Reader:
    return lambda crisis: crisis.states[number].acts[track]


def _of_border() -> Readers:
    return {
        "crossings_closed": (np.int8, lambda crisis: total(crossing.closed for crossing in crisis.crossings)),
        "people_cut_off": (np.float32, lambda crisis: total(crossing.closed * crossing.people_served for crossing in crisis.crossings)),
        "trade": (np.float32, lambda crisis: total(crossing.supply for crossing in crisis.crossings) / len(crisis.crossings)),
    }


def _of_people() -> Readers:
    return {
        "hardship": (np.float32, lambda crisis: crisis.hardship()),
        "displaced": (np.float32, lambda crisis: crisis.borderland.people("displaced", crisis.communities)),
    }


def rung(state: Any, war: Any) -> NDArray[Any]:
    """How far up the ladder a state stands: its highest act today, or the downgrading or border policy that stands."""
    highest = np.where(state.envoys, np.int8(0), np.int8(DOWNGRADED_RUNG))
    for track, acts in state.acts.items():
        highest = np.maximum(highest, np.take(RUNGS[track], acts))
    return np.where(war, np.int8(WAR_RUNG), highest)


def room(kinds: dict[str, type], shape: tuple[int, ...]) -> Series:
    """Arrays of `shape` for daily series; those of one type lie in one block, which costs the operating system far less to hand out."""
    series: Series = {}
    for kind in sorted(set(kinds.values()), key=str):
        names = [name for name in kinds if kinds[name] is kind]
        block: NDArray[Any] = np.empty((len(names), *shape), dtype=kind)
        # Not np.zeros: only what NumPy hands out unfilled gets large pages, and first touching small ones costs a quarter of a run.
        block.fill(0)
        series |= dict(zip(names, block, strict=True))
    return {name: series[name] for name in kinds}


class Record:
    """The daily series of a run, and the log probability of what was fixed by the record of history."""

    def __init__(self, model: Any) -> None:
        self._readers: dict[str, tuple[type, Reader]] | None = None
        self.kinds = {name: kind for name, (kind, _) in readers(model).items()}
        self._shape = (model.case.days, *model.worlds.shape)
        self.scored: dict[tuple[int, str, str], Array] = {}
        self.log_weight: Array = model.worlds.zeros()
        self.totals: dict[str, Array] = {}

    @cached_property
    def series(self) -> Series:
        """The daily series by name, each of shape (days, points, replicates); made when first needed, if nobody gave room."""
        return room(self.kinds, self._shape)

    def keep_in(self, series: Series) -> None:
        """Write the daily series into arrays that somebody else made, each of shape (days, points, replicates)."""
        self.series = series

    def keep_only(self, names: Iterable[str]) -> None:
        """Remember no other daily series than these."""
        wanted = set(names)
        self.kinds = {name: kind for name, kind in self.kinds.items() if name in wanted}

    @property
    def names(self) -> list[str]:
        """Names of the daily series."""
        return list(self.kinds)

    def note(self, model: Any) -> None:
        """Remember the day."""
        self._readers = self._readers or {name: reader for name, reader in readers(model).items() if name in self.kinds}
        following = model.hand.follows(model.day)[:, 0]
        for name, (_, read) in self._readers.items():
            self.series[name][model.day] = read(model)
        if following.any():
            self._score(model, following)
        if model.day + 1 == model.case.days or model.worlds.shape == (1, 1):
            self.totals = totals(model)

    def _score(self, model: Any, following: Any) -> None:
        """Keep the day's log probabilities of the points that follow the record; both states are added at once, whichever comes first."""
        for agent in [*model.states, model.dyad]:
            for track, log_p in agent.log_p.items():
                self.scored[model.day, agent.name, track] = log_p[following]
        first, second = model.states
        for track in first.log_p:
            self.log_weight = self.log_weight + (first.log_p[track] + second.log_p[track])
        self.log_weight = self.log_weight + total(model.dyad.log_p.values())

    def __getstate__(self) -> dict[str, Any]:
        """Readers do not pickle; they are made again on the next day."""
        return {**self.__dict__, "_readers": None}


def totals(model: Any) -> dict[str, Array]:
    """Sums over the run so far, in full precision: people who joined, attacks expected; by community person-days of hardship and of income lost."""
    sums = {"recruits": model.worlds.zeros() + total(group.joined_in_all for group in model.groups)}
    sums["attacks_expected"] = model.worlds.zeros() + total(group.expected_in_all for group in model.groups)
    for home in model.communities:
        sums[f"{home.name}.person_days"] = home.person_days
        sums[f"{home.name}.lost_income_person_days"] = home.lost_income
    return sums


def today(name: str, model: Any) -> float | int:
    """Today's number of a series in the one world of a model."""
    value = model.record.series[name][model.day].item()
    return value if isinstance(value, int) else float(value)


def daily_numbers(names: list[str]) -> dict[str, Callable[[Any], float | int]]:
    """Reporters for Mesa's DataCollector: one ordinary number a day and series; they pickle."""
    return {name: partial(today, name) for name in names}
