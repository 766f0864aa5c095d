"""What a scenario must not contradict: names that lead somewhere, dates within the run, an order in which things can happen."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from sim.scenario.errors import NO_VALUE, Fault, Trail, nearest, one_of
from sim.scenario.record import contradictions_in_the_record
from sim.scenario.schema import Scenario
from sim.scenario.tree import places

LONGEST_RUN = 3650
RESERVED = ("both", "outside", "elsewhere")

Rule = Callable[[Scenario], Iterator[Fault]]


def contradictions(scenario: Scenario) -> Iterator[Fault]:
    """All that does not fit together."""
    for rule in RULES:
        yield from rule(scenario)
    if scenario.start < scenario.end:
        yield from contradictions_in_the_record(scenario)


def unknown(trail: Trail, value: str, known: Iterable[str], what: str) -> Iterator[Fault]:
    """A fault where a name leads nowhere."""
    names = list(known)
    if value not in names:
        yield Fault(trail, value, f"is no {what}; {one_of(names)}", nearest(value, names))


def run_has_days(scenario: Scenario) -> Iterator[Fault]:
    if scenario.end <= scenario.start:
        yield Fault(("end",), scenario.end, f"must be after the start, {scenario.start}")
    elif scenario.days > LONGEST_RUN:
        yield Fault(("end",), scenario.end, f"makes a run of {scenario.days:,} days; at most {LONGEST_RUN:,} are allowed")


def actors_are_told_apart(scenario: Scenario) -> Iterator[Fault]:
    """A name in the record must mean one actor."""
    actors = [(part, name) for part in ("states", "third_parties", "groups") for name in getattr(scenario, part)]
    counts = Counter(name for _, name in actors)
    for part, name in actors:
        if name in RESERVED:
            yield Fault((part, name), NO_VALUE, f"`{name}` has a meaning of its own in the record; choose another name")
        elif counts[name] > 1 and part != "states":
            yield Fault((part, name), NO_VALUE, "is the name of another actor too")


def third_parties_know_the_states(scenario: Scenario) -> Iterator[Fault]:
    for name, party in scenario.third_parties.items():
        for field in ("leverage", "urges", "bias"):
            for state in getattr(party, field):
                for fault in unknown(("third_parties", name, field, state), state, scenario.states, "state"):
                    yield fault._replace(value=NO_VALUE)


def groups_know_the_states(scenario: Scenario) -> Iterator[Fault]:
    for name, group in scenario.groups.items():
        yield from unknown(("groups", name, "haven"), group.haven, scenario.states, "state")
        yield from unknown(("groups", name, "target"), group.target, scenario.states, "state")
        if group.haven == group.target:
            yield Fault(("groups", name, "target"), group.target, "must be another state than the group's haven")


def communities_know_states_and_groups(scenario: Scenario) -> Iterator[Fault]:
    for name, community in scenario.communities.items():
        yield from unknown(("communities", name, "state"), community.state, scenario.states, "state")
        if community.recruits_for is not None:
            yield from unknown(("communities", name, "recruits_for"), community.recruits_for, scenario.groups, "armed group")


def ties_lead_somewhere(scenario: Scenario) -> Iterator[Fault]:
    for row, tie in enumerate(scenario.ties):
        ends, what = (scenario.crossings, "crossing") if tie.kind == "serves" else (scenario.communities, "community")
        yield from unknown(("ties", row, "first"), tie.first, ends, what)
        yield from unknown(("ties", row, "second"), tie.second, scenario.communities, "community")
        if tie.kind != "serves" and tie.first == tie.second:
            yield Fault(("ties", row, "second"), tie.second, "must be another community than the first")


def ties_stand_once(scenario: Scenario) -> Iterator[Fault]:
    """Kin and trade tie both ways, so that a row turned round is the same tie."""
    seen = set()
    for row, tie in enumerate(scenario.ties):
        ends = (tie.first, tie.second) if tie.kind == "serves" else tuple(sorted((tie.first, tie.second)))
        if (tie.kind, ends) in seen:
            yield Fault(("ties", row), NO_VALUE, f"the tie {tie.first}, {tie.second}, {tie.kind} stands here twice")
        seen.add((tie.kind, ends))


def served_communities_have_a_share(scenario: Scenario) -> Iterator[Fault]:
    """What serves a community is shared out by weight, so not all weights can be 0."""
    serving = [(row, tie) for row, tie in enumerate(scenario.ties) if tie.kind == "serves"]
    supplied = {tie.second for _, tie in serving if tie.weight > 0}
    lacking = {tie.second: row for row, tie in serving if tie.second not in supplied}
    for name, row in lacking.items():
        yield Fault(("ties", row, "weight"), 0.0, f"must be above 0 for at least one crossing that serves {name}")


def neighbours_weigh_something(scenario: Scenario) -> Iterator[Fault]:
    """What neighbours tell is averaged by weight, so not all ties of a community with others can weigh 0."""
    between = [(row, tie) for row, tie in enumerate(scenario.ties) if tie.kind != "serves"]
    linked = {end for _, tie in between if tie.weight > 0 for end in (tie.first, tie.second)}
    lacking = {end: row for row, tie in between for end in (tie.first, tie.second) if end not in linked}
    for name, row in lacking.items():
        yield Fault(("ties", row, "weight"), 0.0, f"must be above 0 for at least one tie between {name} and another community")


def recruits_come_from_somewhere(scenario: Scenario) -> Iterator[Fault]:
    """A group's recruits are shared out among the communities in which it recruits, so not all of them can have no sympathy."""
    for group in scenario.groups:
        homes = [name for name, home in scenario.communities.items() if home.recruits_for == group]
        if homes and not any(scenario.communities[name].sympathy > 0 for name in homes):
            yield Fault(("communities", homes[0], "sympathy"), 0.0, f"must be above 0 for at least one community that recruits for {group}")


def leads_somewhere(scenario: Scenario, pattern: str) -> bool:
    """Whether a path pattern stands for anything in a scenario."""
    return any(True for _ in places(scenario, scenario, tuple(pattern.split("."))))


def sources_of_paths_lead_somewhere(scenario: Scenario) -> Iterator[Fault]:
    for pattern in scenario.sources:
        if not leads_somewhere(scenario, pattern):
            yield Fault(("sources", pattern), NO_VALUE, "is no path of this scenario")


def references_have_one_name(scenario: Scenario) -> Iterator[Fault]:
    counts = Counter(reference.name for reference in scenario.references)
    for row, reference in enumerate(scenario.references):
        if counts[reference.name] > 1:
            yield Fault(("references", row, "name"), reference.name, "is the name of another source too")


def source_tags_are_known(scenario: Scenario) -> Iterator[Fault]:
    """Rows point to sources by name, several separated by `;`; nothing is checked where there is no sources.csv."""
    known = [reference.name for reference in scenario.references]
    for trail, text in tagged(scenario) if known else ():
        for tag in tags(text):
            if tag not in known:
                yield Fault(trail, tag, "is no source in sources.csv", nearest(tag, known))


def tagged(scenario: Scenario) -> Iterator[tuple[Trail, str]]:
    for row, event in enumerate(scenario.history):
        yield ("history", row, "source"), event.source
    for name, community in scenario.communities.items():
        yield ("communities", name, "source"), community.source
    for name, crossing in scenario.crossings.items():
        yield ("crossings", name, "source"), crossing.source
    for row, tie in enumerate(scenario.ties):
        yield ("ties", row, "source"), tie.source


def tags(text: str) -> list[str]:
    """The single names in a cell of sources."""
    return [tag.strip() for tag in text.split(";") if tag.strip() and not tag.strip().startswith("assumed")]


RULES: tuple[Rule, ...] = (
    run_has_days,
    actors_are_told_apart,
    third_parties_know_the_states,
    groups_know_the_states,
    communities_know_states_and_groups,
    ties_lead_somewhere,
    ties_stand_once,
    served_communities_have_a_share,
    neighbours_weigh_something,
    recruits_come_from_somewhere,
    sources_of_paths_lead_somewhere,
    references_have_one_name,
    source_tags_are_known,
)
