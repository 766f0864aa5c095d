"""What the record of a crisis must not contradict: who can do what to whom, when, and in which order."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator

from sim.scenario.errors import Fault, nearest, one_of
from sim.scenario.ladder import JOINT_ACTS, THIRD_PARTY_ACTS, TRACKS, acts_of
from sim.scenario.parts.record import ELSEWHERE, Event
from sim.scenario.schema import Scenario

BOTH = "both"
OUTSIDE = "outside"
UNKNOWN = "unknown"
OR = "|"
ATTACK_ACTS = ("attack",)

RowRule = Callable[[Scenario, int, Event], Iterator[Fault]]
Claim = tuple[str, ...]


def contradictions_in_the_record(scenario: Scenario) -> Iterator[Fault]:
    """All rows of the record that cannot be."""
    for row, event in enumerate(scenario.history):
        for rule in ROW_RULES:
            yield from rule(scenario, row, event)
    yield from acts_do_not_overlap(scenario)
    yield from agreements_have_two_sides(scenario)
    yield from relations_are_lowered_and_restored_in_turn(scenario)


# ── A row by itself ───────────────────────────────────────────────────────────────────────────────────────────────


def days_lie_within_the_run(scenario: Scenario, row: int, event: Event) -> Iterator[Fault]:
    allowed = f"must lie within the run, {scenario.start} to {scenario.end}"
    for name, date in (("date", event.date), ("until", event.until)):
        if date is not None and not scenario.start <= date <= scenario.end:
            yield Fault(("history", row, name), date, allowed)
    if event.until is not None and event.until < event.date:
        yield Fault(("history", row, "until"), event.until, f"must not be before the row's date, {event.date}")


def actor_is_known(scenario: Scenario, row: int, event: Event) -> Iterator[Fault]:
    known = actors_for(scenario, event)
    if event.actor not in known:
        everybody = (*scenario.states, *scenario.third_parties, *scenario.groups, BOTH, OUTSIDE)
        allowed = f"cannot be the actor of {event.track} {event.act}" if event.actor in everybody else "is no actor"
        yield Fault(("history", row, "actor"), event.actor, f"{allowed}; {one_of(known)}", nearest(event.actor, known))


def actors_for(scenario: Scenario, event: Event) -> tuple[str, ...]:
    """Who can take such a step."""
    states, parties, groups = tuple(scenario.states), tuple(scenario.third_parties), tuple(scenario.groups)
    if event.track in TRACKS:
        return (BOTH,) if event.act in JOINT_ACTS else states
    by_track = {"third_party": parties, "attack": groups, "shock": (OUTSIDE, *parties, *groups)}
    return by_track.get(event.track, (*states, *parties, *groups, BOTH, OUTSIDE))


def act_is_one_of_the_track(scenario: Scenario, row: int, event: Event) -> Iterator[Fault]:
    known = acts_for(event)
    named = event.act.split(OR) if event.track in TRACKS and event.act != UNKNOWN else [event.act]
    wrong = [act for act in named if act not in known] if known else []
    for act in wrong:
        yield Fault(("history", row, "act"), event.act, f"is no act of the track {event.track}; {one_of(known)}", nearest(act, known))
    if not wrong and len(named) > 1 and (len(set(named)) < len(named) or JOINT_ACTS.keys() & named or UNKNOWN in named):
        yield Fault(("history", row, "act"), event.act, "alternatives must be different acts of one state")


def acts_for(event: Event) -> tuple[str, ...]:
    """The words allowed as act; none where any word is."""
    if event.track in TRACKS:
        return (*acts_of(event.track), UNKNOWN, *(JOINT_ACTS if event.track == "talks" else ()))
    return {"third_party": tuple(THIRD_PARTY_ACTS), "attack": ATTACK_ACTS}.get(event.track, ())


def target_is_known(scenario: Scenario, row: int, event: Event) -> Iterator[Fault]:
    known = targets_for(scenario, event)
    if event.target not in known:
        yield Fault(("history", row, "target"), event.target, f"cannot be the target here; {one_of(known)}", nearest(event.target, known))


def targets_for(scenario: Scenario, event: Event) -> tuple[str, ...]:
    """At whom such a step can be aimed; the empty word where nobody need be named."""
    states = tuple(scenario.states)
    if event.track == "shock":
        return states
    if event.track == "attack":
        group = scenario.groups.get(event.actor)
        return ("", group.target) if group else ("", *states)
    others = (*states, *scenario.third_parties, *scenario.groups)
    return ("", BOTH, *(name for name in others if name != event.actor))


def places_are_known(scenario: Scenario, row: int, event: Event) -> Iterator[Fault]:
    if event.place and event.place not in scenario.communities:
        allowed = "is no community of communities.csv; leave it empty and say where in `words`"
        yield Fault(("history", row, "place"), event.place, allowed, nearest(event.place, scenario.communities))
    soils = (*scenario.states, ELSEWHERE)
    if event.soil and event.soil not in soils:
        yield Fault(("history", row, "soil"), event.soil, f"is no state; {one_of(soils)}", nearest(event.soil, soils))
    if event.place and event.soil == ELSEWHERE:
        yield Fault(("history", row, "soil"), event.soil, "cannot be where the place is one of the scenario's communities")


def attention_is_drawn_by_shocks_only(scenario: Scenario, row: int, event: Event) -> Iterator[Fault]:
    if event.attention is not None and event.track != "shock":
        yield Fault(("history", row, "attention"), event.attention, "can be given for the track shock only; the model derives it elsewhere")


def only_what_governments_decide_is_given(scenario: Scenario, row: int, event: Event) -> Iterator[Fault]:
    if event.given and (event.track not in TRACKS or event.act in JOINT_ACTS):
        yield Fault(
            ("history", row, "given"), event.given, "can be given on a state's military, public, border or talks track only; no other is scored"
        )


def relations_are_there_to_be_lowered(scenario: Scenario, row: int, event: Event) -> Iterator[Fault]:
    if not scenario.dyad.relations and event.act in ("downgrade", "restore") and event.track in TRACKS:
        yield Fault(("history", row, "act"), event.act, "needs diplomatic relations, and dyad.relations is false")


ROW_RULES: tuple[RowRule, ...] = (
    days_lie_within_the_run,
    actor_is_known,
    act_is_one_of_the_track,
    target_is_known,
    places_are_known,
    attention_is_drawn_by_shocks_only,
    only_what_governments_decide_is_given,
    relations_are_there_to_be_lowered,
)


# ── Rows together ─────────────────────────────────────────────────────────────────────────────────────────────────


def last_day(event: Event) -> datetime.date:
    return event.until or event.date


def claim(scenario: Scenario, event: Event) -> Claim | None:
    """What a row takes up for its days: nobody takes two steps on one track in a day. None where there may be several."""
    if event.track in TRACKS:
        return (event.actor, event.act if event.act in JOINT_ACTS else event.track)
    return (event.actor, event.track) if event.track in ("third_party", "attack") else None


def acts_do_not_overlap(scenario: Scenario) -> Iterator[Fault]:
    claims: dict[Claim, list[tuple[int, Event]]] = defaultdict(list)
    for row, event in enumerate(scenario.history):
        if (taken := claim(scenario, event)) is not None:
            claims[taken].append((row, event))
    for rows in claims.values():
        yield from overlaps(sorted(rows, key=lambda item: (item[1].date, item[0])))


def overlaps(rows: list[tuple[int, Event]]) -> Iterator[Fault]:
    """Rows, by date, that begin before an earlier one has ended."""
    latest: Event | None = None
    for row, event in rows:
        if latest is not None and event.date <= last_day(latest):
            allowed = f"{event.actor} already has the act {latest.act} on this track that day (row of {latest.date}); leave one row a day"
            yield Fault(("history", row, "date"), event.date, allowed)
        if latest is None or last_day(event) > last_day(latest):
            latest = event


def agreements_have_two_sides(scenario: Scenario) -> Iterator[Fault]:
    talking = [event for event in scenario.history if event.act == "seek_talks"]
    for row, event in enumerate(scenario.history):
        sides = {other.actor for other in talking if other.date <= event.date <= last_day(other)}
        silent = [state for state in scenario.states if state not in sides]
        if event.act == "agree" and silent:
            yield Fault(("history", row, "act"), event.act, f"needs a row seek_talks that day for {' and '.join(silent)}")


def relations_are_lowered_and_restored_in_turn(scenario: Scenario) -> Iterator[Fault]:
    lowered: set[str] = set()
    rows = sorted(enumerate(scenario.history), key=lambda item: (item[1].date, item[1].order))
    for row, event in rows:
        if event.act == "downgrade" and event.track == "public":
            if event.actor in lowered:
                yield Fault(("history", row, "act"), event.act, f"{event.actor} has downgraded relations already, and they were not restored since")
            lowered.add(event.actor)
        elif event.act == "restore" and event.track == "talks":
            if not lowered:
                yield Fault(("history", row, "act"), event.act, "needs a downgrade before it")
            lowered.clear()
