"""What one government knows at dawn: what happened since yesterday, what its staff reckons and how surely, what it may do.

Only what the government itself perceives: never the other side's resolve, what it felt or believes, nor how likely the
model thinks anything.
"""

import math
from dataclasses import dataclass
from typing import Any

from sim.narration import narrated
from sim.scenario.ladder import acts_of
from sim.seat.game import Game
from sim.words import day_words, label_of, per_100

FELT_LEAST = 0.01
"""Strike units under which a blow is not spoken of."""
STAGES = ("silent", "have called for restraint", "offer their help", "mediate")
"""What outsiders have come to, by stage."""


@dataclass(frozen=True)
class Briefing:
    """A dawn: the date, sentences on what has happened, what is known as label and words, options by track, what goes on by itself."""

    date: str
    happened: tuple[str, ...]
    known: tuple[tuple[str, str], ...]
    options: dict[str, tuple[str, ...]]
    standing: dict[str, str]
    quiet: bool
    """Whether nothing has happened since yesterday."""


def briefing(game: Game) -> Briefing:
    """What the played government knows today."""
    scenario = game.setup.scenario
    today = scenario.date_of(game.day)
    happened = tuple(sentences(game, since_day=game.day - 1))
    return Briefing(today.isoformat(), happened, tuple(_known(game)), game.options(), game.standing(), not happened)


def sentences(game: Game, since_day: int) -> list[str]:
    """What has happened from a day on, as the played government hears of it."""
    first = game.setup.scenario.date_of(max(since_day, 0)).isoformat()
    heard = [_heard(game, event) for event in game.events() if event["date"] >= first]
    return [" ".join(event["sentences"]) for event in narrated(game.setup.scenario, heard) if event["sentences"]]


def _heard(game: Game, event: dict[str, Any]) -> dict[str, Any]:
    """An event without what only the other side, or the model, knows."""
    hidden = dict.fromkeys(("felt", "chance", "chance_if_sitting", "chance_to_sit", "need"))
    return event | hidden


def _known(game: Game) -> list[tuple[str, str]]:
    """Own losses and forces, the staff's reckoning, the home audience, the other side in the open, outsiders."""
    state, rival, scenario = game.state, game.state.rival, game.setup.scenario
    there = label_of(scenario, rival.name)
    rows = [("Days to the next vote", _vote(game))]
    if (felt := float(state.felt.item())) >= FELT_LEAST:
        spread = math.exp(float(state.settings.perception.noise.item()))
        rows.append(
            (
                "What yesterday's blow weighs",
                f"about {felt:.1f} limited strikes, as your staff reckons; it may as well be {felt / spread:.1f} or {felt * spread:.1f}",
            )
        )
    rows.append(("Harm not yet answered", f"{float(state.need.item()):.1f} limited strikes, as you feel it"))
    rows.append(
        ("Home audience", f"presses {float(state.audience.item()) / float(state.settings.audience.base.item()):.1f} times as hard as in quiet times")
    )
    rows.append(("Your forces", "ready" if float(state.readiness.item()) > 0.5 else "not on alert"))
    rows.append((f"Would {there} answer a strike", f"your staff puts it at {per_100(float(state.belief.item()))} of 100"))
    rows.append(("Outside pressure to hold back", _pressure(float(state.pressure.item()))))
    rows.append(("Border", f"yours {_policy(state)}, {there}'s {_policy(rival)}"))
    rows.append(("Envoys", "at their posts" if bool(state.envoys.item()) and bool(rival.envoys.item()) else "called back"))
    rows.append(("Outsiders", _outsiders(game)))
    return rows


def _outsiders(game: Game) -> str:
    """Who does what, those who do the same together."""
    by_stage: dict[int, list[str]] = {}
    for one in game.crisis.third_parties:
        by_stage.setdefault(int(one.stage.item()), []).append(label_of(game.setup.scenario, one.name))
    return "; ".join(f"{STAGES[stage]}: {', '.join(names)}" for stage, names in sorted(by_stage.items()) if stage) or "silent"


def _vote(game: Game) -> str:
    ahead = [vote.date for vote in game.setup.scenario.states[game.setup.seat].elections.values()]
    days = [game.setup.scenario.day_of(date) - game.day for date in ahead if game.setup.scenario.day_of(date) >= game.day]
    return f"{min(days)} ({day_words(game.setup.scenario.date_of(game.day + min(days)))})" if days else "none in sight"


def _pressure(pressure: float) -> str:
    for most, words in ((0.02, "none"), (0.2, "some"), (0.6, "strong")):
        if pressure < most:
            return words
    return "very strong"


def _policy(state: Any) -> str:
    words = {"open": "open", "restrict": "restricted", "close": "closed"}
    return words[acts_of("border")[int(state.policy.item())]]
