"""The crisis as a Mesa model: ordinary agents, each of which lives in many parallel worlds at once.

The order of a day; each phase reads everything, then writes everything, so the order of agents in a file changes nothing:

     1  calendar        interventions begin or end
     2  attacks         armed groups attack; attacks are blamed or not; the truce fades
     3  perception      states feel what the other state did yesterday
     4  decision        councils sit or not, and choose on every track
     5  effect          strikes hit, words are out, policies stand
     6  talks           agreement, restoration
     7  third parties   they notice, speak, offer, mediate; states listen
     8  crossings       what passes
     9  communities     what reaches people
    10  recruitment     who joins
    11  record          what is remembered
"""

from collections.abc import Mapping, Sequence
from typing import Any

import mesa
import networkx
import numpy as np
from mesa.discrete_space import Network

from sim.agents.armed_group import ArmedGroup
from sim.agents.base import spread
from sim.agents.borderland import Borderland
from sim.agents.community import Community, Soil
from sim.agents.crossing import Crossing
from sim.agents.dyad import Dyad
from sim.agents.state import State
from sim.agents.third_party import ThirdParty
from sim.chronicle import Chronicle
from sim.design import Point
from sim.geography import distance
from sim.interventions import Hand, check
from sim.moments import Moments
from sim.parameters import Known, columns
from sim.record import Record, daily_numbers
from sim.scenario.frequencies import frequencies_for
from sim.scenario.load import default_name, load
from sim.scenario.schema import Scenario
from sim.worlds import Array, Luck, Whole, Worlds, among, total

DEFAULT_SEED = 1


class Crisis(mesa.Model[Any, Any]):
    """Two states in a crisis, with those who mediate, provoke, and live at the border.

    By default one world, which behaves as any Mesa model. `world=417` is world 417 of a large run, to the bit.
    `points` are the set-ups of a design, `replicates` the number of worlds of each, from `world` on.
    """

    def __init__(
        self,
        case: Scenario | str | None = None,
        seed: int | None = None,
        *,
        world: int = 0,
        replicates: int = 1,
        points: Sequence[Point] = (Point(),),
        priors: Mapping[str, Known] | None = None,
        worlds_per_draw: int = 1,
        luck: Luck = "shared",
        rng: int | None = None,
    ) -> None:
        """`case`: a scenario or its name (default: the default crisis); `rng`: Mesa's word for `seed` (default 1), which it overrides.

        `priors`: distributions of numbers that are not known; every `worlds_per_draw` worlds share a draw. `luck`: whether
        all points have the same worlds, or (independent) the first point those from `world` on, the second the next ones.
        """
        seed = DEFAULT_SEED if seed is None and rng is None else int(seed if rng is None else rng)  # type: ignore[arg-type]
        super().__init__(rng=seed)
        self.case = case if isinstance(case, Scenario) else load(case or default_name())
        self.points = list(points)
        check(points, self.case)
        self.worlds = Worlds(seed, len(self.points), replicates, world, luck)
        self.day = 0
        self.tracks = self.case.tracks
        self._furnish(priors or {}, worlds_per_draw)
        self._settle_geography()
        self.moments.hold(self)
        self.unsettled, self.heard_of = self.worlds.flags(), self.worlds.flags()
        self.heeded: Whole = np.arange(0)
        self._listen()
        self.record = Record(self)
        self.datacollector = mesa.DataCollector(model_reporters=daily_numbers(self.record.names) if self.worlds.shape == (1, 1) else {})

    def _furnish(self, priors: Mapping[str, Known], worlds_per_draw: int) -> None:
        """Agents, in the order in which the scenario names the states and, for the rest, in the order of their names."""
        case, arrays = self.case, columns(self.case, self.points, priors, self.worlds, worlds_per_draw)
        self.frequencies = frequencies_for(case)
        self.mediation = arrays.settings(case.mediation, ("mediation",))
        self.livelihoods = arrays.settings(case.livelihoods, ("livelihoods",))
        self.states = [
            State(self, name, arrays.settings(state, ("states", name)), [case.day_of(vote.date) for vote in state.elections.values()])
            for name, state in case.states.items()
        ]
        self.dyad = Dyad(self, arrays.settings(case.dyad, ("dyad",)))
        self.third_parties = self._create(ThirdParty, "third_parties", arrays)
        self.groups = self._create(ArmedGroup, "groups", arrays)
        self.crossings = self._create(Crossing, "crossings", arrays)
        self.communities = self._create(Community, "communities", arrays)
        self.borderland = Borderland(self, self.communities)
        self.moments = Moments(self.worlds, self.points)
        self.hand = Hand(self.points, Chronicle(case), arrays.windows, self.moments)

    def _create(self, kind: Any, section: str, arrays: Any) -> list[Any]:
        parts = getattr(self.case, section)
        return [kind(self, name, arrays.settings(parts[name], (section, name))) for name in sorted(parts)]

    def _settle_geography(self) -> None:
        """Ties, distances, soils, and a Mesa network of communities and crossings laid out by longitude and latitude."""
        places: dict[str, Any] = {agent.name: agent for agent in [*self.communities, *self.crossings]}
        graph = networkx.Graph()
        graph.add_nodes_from(sorted(places))
        for tie in sorted(self.case.ties, key=lambda row: (row.first, row.second, row.kind)):
            graph.add_edge(tie.first, tie.second)
            self._tie(places[tie.first], places[tie.second], tie.kind, np.full((1, 1), tie.weight))
        homes = list(enumerate(self.communities))
        for number, home in homes:
            home.number = number
            home.distances = np.array([distance(home.settings, other.settings) for other in self.communities])
        self.soils = {state.name: Soil([(number, home) for number, home in homes if home.state == state.name]) for state in self.states}
        layout = {name: (agent.settings.longitude.item(0), agent.settings.latitude.item(0)) for name, agent in places.items()}
        self.space = Network(graph, capacity=None, random=self.random, layout=layout) if places else None

    @staticmethod
    def _tie(first: Any, second: Any, kind: str, weight: Array) -> None:
        if kind == "serves":
            second.serving.append((first, weight))
            first.served.append((second, weight))
        else:
            first.neighbours.append((second, weight))
            second.neighbours.append((first, weight))

    def step(self) -> None:
        """A day; raises RuntimeError after the last one."""
        self.dawn()
        self.dusk()

    def dawn(self) -> None:
        """The first phases of a day, up to where councils decide: what each side then knows."""
        if not self.running:
            raise RuntimeError(f"the run is over: {self.case.end} was its last day")
        self._numbers_change = self.hand.set_values(self.day)
        if self._numbers_change:
            self.borderland.read_settings()
        self._each(self.groups, "attack")
        self.dyad.pass_a_day()
        self._each(self.states, "perceive")

    def dusk(self) -> None:
        """The other phases, from decisions to what is remembered."""
        self._each(self.states, "decide")
        self._each(self.states, "act")
        self.dyad.feel_acts()
        self.dyad.talk()
        self._heed()
        self._each(self.third_parties, "notice")
        self._listen()
        self._each(self.crossings, "open_or_close")
        self._unsettle(self._numbers_change)
        self.blows = self._blows()
        self.borderland.hear()
        self.borderland.live()
        self._each(self.groups, "recruit")
        self._remember()
        self.moments.note(self)
        self.day += 1
        self.running = self.day < self.case.days

    @staticmethod
    def _each(agents: list[Any], rule: str) -> None:
        for agent in agents:
            getattr(agent, rule)()

    def _unsettle(self, numbers_change: bool) -> None:
        """Note where something is cut at a crossing, or stocks are no longer full; everywhere else markets are as ever."""
        for crossing in self.crossings:
            self.unsettled |= crossing.formal < 1.0
        for home in self.communities if numbers_change else []:
            self.unsettled |= home.stocks_not_full

    def _blows(self) -> list[tuple[Any, ...]]:
        """Every strike and salient attack that hits a community today: which one (-1: none there), people killed, weight in fear and its reach."""
        strikes = [(state.place, state.killed, 1.0) for state in self.states]
        attacks = [(place, killed, self.livelihoods.attack_fear) for group in self.groups for place, killed in group.hits]
        return [(*what, self.livelihoods.fear_distance) for what in strikes + attacks if (what[0] >= 0).any()]

    def number_of(self, place: str | None) -> int:
        """Number of a community by name; -1 for none, or for a place that is not one of the scenario's."""
        return next((home.number for home in self.communities if home.name == place), -1)

    def _heed(self) -> None:
        """Where outsiders have something to heed: harm has been done, or the record or a hand gives one of them a stage."""
        first, second = self.states
        harm = first.harm + second.harm
        self.heard_of = self.heard_of | (harm > 0.0)
        for outsider in self.third_parties:
            lowest, _ = self.hand.stages(self.day, outsider.name)
            if lowest.any():
                self.heard_of = self.heard_of | (lowest > 0.0)
        self.heeded = np.flatnonzero(self.heard_of)
        self.harm_heeded = among(harm, self.heeded, self.worlds.shape)

    def _listen(self) -> None:
        """What outsiders' proposals are worth, and what the states make of them."""
        best = np.zeros((1, self.heeded.size))
        for outsider in self.third_parties:
            best = np.maximum(best, outsider.proposal())
        self.formulation = self.mediation.formulation * spread(self.worlds, self.heeded, best)
        self._each(self.states, "listen")

    def _remember(self) -> None:
        self.record.note(self)
        if self.worlds.shape == (1, 1):
            self.datacollector.collect(self)

    def run(self) -> Record:
        """Run to the last day and give what is remembered."""
        while self.day < self.case.days:
            self.step()
        return self.record

    @property
    def log_weight(self) -> Array:
        """Sum of the log probabilities of what the record fixes, in each world."""
        return self.record.log_weight

    def hardship(self) -> Any:
        """Mean hardship of border communities, weighted by people [0 to 1]."""
        if not self.communities:
            return self.worlds.zeros()
        return self.borderland.people("hardship", self.communities) / total(home.settings.people for home in self.communities)
