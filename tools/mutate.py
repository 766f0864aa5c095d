"""Break the rules one at a time and see whether the tests notice: `make mutate`.

Every line of the table below is a mistake that somebody could make: a sign, a forgotten term, a swapped index, a wrong
day, a dropped condition. The project is copied to a temporary folder, one mistake is made in the copy, and the fast part
of the suite runs there until its first failure. A mistake that no test notices is a test that is missing; the exit code
is then 1. tests/test_mutations.py keeps the table in step with the code.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]

TESTS = ("rules", "policies", "model", "twin", "interventions", "outcomes", "score", "worlds", "replay")
"""Tests that run on a broken copy, in this order: those that say in words what is wrong, then the twin, which notices nearly everything."""
OTHER_RULES = ("look_ahead", "markov_chain", "policies", "prospect_theory", "quantal_response", "tit_for_tat")
FIRST = {
    "sim/chronicle.py": "interventions",
    "sim/history.py": "outcomes",
    "sim/interventions.py": "interventions",
    "sim/course.py": "outcomes",
    **dict.fromkeys((f"sim/rules/{name}.py" for name in OTHER_RULES), "policies"),
    "sim/model.py": "interventions",
    "sim/outcomes.py": "outcomes",
    "sim/record.py": "score",
    "sim/score.py": "score",
    "sim/settings.py": "interventions",
    "sim/simulate.py": "worlds",
    "sim/summary.py": "outcomes",
    "sim/worlds.py": "worlds",
}
"""Tests that go first where a file has its own."""
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "results", "build", "dist")
PATIENCE = 900
"""Seconds after which a run is given up; what did not end is not counted as noticed."""
VERDICT = re.compile(r"^(?:FAILED|ERROR) tests/(.+?)\.py::(\w+)", re.MULTILINE)

TEST_OF_THE_COPY = """
from pathlib import Path

import sim


def test_the_copy_is_tested():
    assert Path(sim.__file__).is_relative_to(Path(__file__).parents[1])
"""


class Mutation(NamedTuple):
    """A mistake: the file, what stands there, what is put in its place, and in words what is then wrong."""

    file: str
    old: str
    new: str
    broken: str


MISTAKES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "sim/rules/attention.py": (
        (" + settings.border_weight * closure", "", "a closed border no longer keeps itself on the agenda"),
        ("(attention_now + settings.routine)", "attention_now", "in quiet times no council sits of itself"),
    ),
    "sim/rules/audience.py": (
        ("(1.0 - cover)", "(1.0 + cover)", "an outsider's call makes backing down dearer"),
        ("days_to_vote >= 0.0", "days_to_vote > 0.0", "a vote is past on its own day"),
        ("waiting & ~answered", "waiting", "belief fades on the very day of the answer"),
    ),
    "sim/rules/border.py": (
        ("situation.policy >= number", "situation.policy > number", "keeping the present border policy costs routine"),
        ("positive(situation.debt)", "situation.debt", "whoever is ahead opens the border for it"),
    ),
    "sim/rules/choice.py": (
        ("(1.0 - sits) * if_not", "if_not", "what a council at home would do counts as if it never sat"),
        ("np.where(nothing_left, may, weight)", "weight", "an act that a world thinks impossible cannot be pinned"),
        ("u * total(weights)", "u", "chances of acts need not add up to one"),
    ),
    "sim/rules/crossings.py": (
        ("np.where(formal < 1.0,", "np.where(formal <= 1.0,", "smuggling never lapses again"),
        ("days_cut >= settings.food_after", "days_cut > settings.food_after", "food passes a day late"),
    ),
    "sim/rules/debt.py": (
        ("+ felt - inflicted", "+ felt + inflicted", "one's own strikes add to what one has to answer"),
        ("(positive(debt_now) + militant)", "(debt_now + militant)", "being ahead takes away the urge to answer attacks"),
        ("(1.0 - settings.discharge * struck)", "1.0", "a strike settles nothing of what attacks left to answer"),
    ),
    "sim/rules/harm.py": (
        (" - 0.5 * spread * spread", "", "errors in perception have a mean above one"),
        ("np.sqrt(1.0 - information)", "np.sqrt(information)", "more information makes more fog"),
    ),
    "sim/rules/look_ahead.py": (
        ("* size - situation.ledger", "* size + situation.ledger", "the other side is thought to be owed what oneself is owed"),
        ("return -settings.policies", "return settings.policies", "being struck back makes a strike worth more"),
        ("intensity=situation.intensity + size", "intensity=situation.intensity", "the new blow does not frighten the other side"),
    ),
    "sim/rules/markov_chain.py": (
        ("(since_rival_strike <= since_strike)", "(since_rival_strike >= since_strike)", "who struck last counts as struck"),
        ("settings.shrinkage * overall", "settings.shrinkage", "shares of acts add up to more than one"),
    ),
    "sim/rules/policies.py": (
        ("np.ones_like(attention_now)", "np.zeros_like(attention_now)", "base rates are never acted on"),
        ('"look_ahead": look_ahead.terms', '"look_ahead": quantal_response.terms', "nobody looks ahead"),
    ),
    "sim/rules/prospect_theory.py": (
        ("-settings.loss_aversion * size", "settings.loss_aversion * size", "losses are gains"),
        ("1.0 / exponent", "exponent", "decision weights have another shape"),
    ),
    "sim/rules/quantal_response.py": (("settings.strikes.expanded_harm", "1.0", "a large strike is weighed as a limited one"),),
    "sim/rules/tit_for_tat.py": (
        ("situation.ledger + situation.militant_debt", "situation.militant_debt", "strikes are not answered, attacks are"),
        ("own.generosity * (spared == number)", "0.0", "what is let go is done by nobody"),
        ("situation.envoys & ~situation.rival_envoys", "~situation.rival_envoys", "relations are lowered twice"),
    ),
    "sim/rules/livelihoods.py": (
        (
            "np.minimum(np.maximum(before - cut + relief + refill, 0.0), capacity)",
            "np.maximum(before - cut + relief + refill, 0.0)",
            "stocks pile up beyond what they can hold",
        ),
        ("neighbours - before", "before - neighbours", "fear grows where neighbours are calmer"),
        ("push * (1.0 - before)", "push", "people who have left leave again"),
    ),
    "sim/rules/military.py": (
        (
            "short, over = positive(situation.need - size), positive(size - situation.need)",
            "over, short = positive(situation.need - size), positive(size - situation.need)",
            "doing too little and too much are swapped",
        ),
        ("1.0 + settings.brink * situation.intensity", "1.0", "nobody fears a wider war"),
        (
            "settings.option_value * (1.0 - situation.readiness)",
            "settings.option_value * situation.readiness",
            "an alert is worth most to those who are ready",
        ),
    ),
    "sim/rules/behaviours.py": (
        ("first_has_struck & seen.second", "first_has_struck | seen.second", "one blow makes a conflict ripe"),
        ("stage == outsiders.OFFERED) & ~", "stage == outsiders.CALLED) & ~", "offers wait for ripeness, and mediation does not"),
    ),
    "sim/rules/outsiders.py": (
        (
            "stage == CALLED, settings.offer_rate, settings.mediation_rate",
            "stage == CALLED, settings.mediation_rate, settings.offer_rate",
            "offers and mediation come at each other's pace",
        ),
        ("np.minimum(attention, 1.0)", "attention", "an outsider's help grows without end"),
    ),
    "sim/rules/public.py": (
        ("np.where(situation.envoys, 0.0, IMPOSSIBLE)", "0.0", "envoys can be called home twice"),
        ("situation.just_threatened", "situation.just_protested", "a protest makes the next threat stale"),
    ),
    "sim/rules/recruitment.py": (
        ("- settings.risk * risk", "+ settings.risk * risk", "risk draws people into armed groups"),
        ("before * (1.0 - settings.turnover)", "before", "no fighter ever leaves"),
    ),
    "sim/rules/talks.py": (
        ("np.abs(ledger)", "ledger", "an account in one's favour looks even"),
        ("logistic(settings.ease + formulation)", "logistic(settings.ease)", "outsiders' proposals are lost"),
    ),
    "sim/rules/tension.py": (
        ("np.maximum(kept(half_life) * before + hostility, 0.0)", "kept(half_life) * before + hostility", "tension falls below nothing"),
    ),
    "sim/rules/violence.py": (
        ("settings.talks * truce +", "-settings.talks * truce +", "a truce moves background attacks the other way"),
        ("(1.0 - weight * coordination)", "(1.0 + weight * coordination)", "joint security work makes blame likelier"),
    ),
    "sim/agents/state.py": (
        ("self._routine(track).copy()", "self._routine(track)", "a new border policy stands before it is decided"),
        ("rival.settings.strikes.ambiguity", "self.settings.strikes.ambiguity", "the victim's own ambiguity blurs the blow"),
        ("self.model.soils[self.rival.name]", "self.model.soils[self.name]", "strikes fall on one's own soil"),
        (
            "(self.days_waiting < self.settings.belief.patience)",
            "(self.days_waiting <= self.settings.belief.patience)",
            "an answer is waited for a day too long",
        ),
        ("+ rival.harm - self.harm", "+ self.felt - self.harm", "the common account holds what is felt, not what was done"),
        ("weight * (chosen > policy)", "weight * (chosen >= policy)", "a closed border is a new affront every day"),
        (
            "np.where(self.sits | (chance_if_not(routine, allowed.acts) == 0.0), chosen, routine)",
            "np.where(self.sits, chosen, routine)",
            "what is pinned is not done unless a council happens to sit",
        ),
    ),
    "sim/agents/dyad.py": (
        (
            "crossings.policy_flow(second.policy, restricted)",
            "crossings.policy_flow(first.policy, restricted)",
            "one side's border policy does not count",
        ),
        ("(first.recent_strikes >= enough) & (second", "(first.recent_strikes >= enough) | (second", "one side alone can make a war"),
        ("community.state == state_name", "community.state != state_name", "governments feel each other's border people"),
        ("~(first.envoys & second.envoys)", "~(first.envoys | second.envoys)", "envoys return only if both are away"),
        ("& ~no & ~self.war", "& ~no", "they agree in the middle of a war"),
    ),
    "sim/agents/armed_group.py": (
        (" - self.model.dyad.settings.coordination_initial", "", "the usual joint security work counts as a new risk"),
        ("np.where(self.model.hand.follows(self.day), blamed, blames)", "blamed", "governments that are free blame whom the record blames"),
    ),
    "sim/agents/borderland.py": (
        ("(blow.place == numbers) * blow.killed", "blow.killed", "everybody mourns the dead of everywhere"),
        ("own.fuel_imports * (1.0 - supply)", "own.fuel_imports * (1.0 - food)", "fuel comes with the food"),
        ("blow.weight * np.exp(", "np.exp(", "an attack frightens as much as a state's strike"),
        ("self._among(strikes[homes])", "self._nothing[homes]", "where the border is closed, strikes frighten nobody"),
        ("where = where | (place >= 0)", "pass", "a world that is hit shares the course of those that are not"),
        ("            self._part()  #", "            pass  #", "worlds whose numbers differ share a course"),
        ("(displaced > 0.0) | ", "", "who has left in fear comes back only when there is fear again"),
    ),
    "sim/agents/community.py": (
        ("self.settings.people * self.settings.sympathy", "self.settings.people", "all communities are equally ready to join"),
        ("np.minimum(chosen, len(numbers) - 1)", "np.minimum(chosen + 1, len(numbers) - 1)", "a strike falls on the place next to it"),
    ),
    "sim/agents/courses.py": (
        ("one.take(self._column[parting], axis=-1)", "one.take(parting * 0, axis=-1)", "a world that parts goes on in the first point's course"),
        ("np.arange(self._used, last), parting", "np.arange(self._used, last), 0", "worlds that part have the numbers of the first world"),
    ),
    "sim/agents/crossing.py": (("np.minimum(self.model.dyad.flow, settings.limit)", "self.model.dyad.flow", "a crossing's own limit is forgotten"),),
    "sim/agents/third_party.py": (
        ("np.minimum(self.help_to(first", "np.maximum(self.help_to(first", "a proposal need count with one side only"),
        (" & (highest >= 0.0)", "", "outsiders of the record advance of themselves"),
    ),
    "sim/model.py": (
        ("            self.unsettled |= home.stocks_not_full\n", "            pass\n", "a stock that is made larger never fills up"),
        (
            "self.borderland.hear()\n        self.borderland.live()",
            "self.borderland.live()\n        self.borderland.hear()",
            "people live before they hear what reaches them",
        ),
        ("            self.borderland.read_settings()\n", "            pass\n", "a community's own numbers stay as they were on the first day"),
        ("            second.neighbours.append((first, weight))\n", "", "ties between neighbours go one way"),
    ),
    "sim/interventions.py": (
        (
            "today = (self._start <= day) & (day < self._until)",
            "today = (self._start <= day) & (day <= self._until)",
            "a pin holds a day too long",
        ),
        ("return self._states_until > day", "return self._states_until >= day", "governments follow the record a day too long"),
        (
            "zip(acts, allowed, strict=True)], recorded & ~pinned)",
            "zip(acts, allowed, strict=True)], recorded)",
            "a pinned act is scored as if the record had it",
        ),
        ("killed = killed + following * event.killed", "killed = killed + event.killed", "a shock kills where it never happened"),
    ),
    "sim/chronicle.py": (
        ("if since < day]", "if since <= day]", "the day on which a border closes counts as routine"),
        ("event.until or event.date", "event.date", "a row that lasts is over after its first day"),
    ),
    "sim/settings.py": (
        ("(self.start <= day) & (day < self.until)", "(self.start <= day) & (day <= self.until)", "a value stays set on the day on which it ends"),
        (
            "np.where(layer.open(day, moments), layer.value, value)",
            "np.where(layer.open(day, moments), layer.value, self._base)",
            "a later window wipes out the earlier ones",
        ),
    ),
    "sim/worlds.py": (
        ("skipped = self.first % NUMBERS_PER_COUNT", "skipped = 0", "a slice of worlds begins with its neighbours' luck"),
        ("where.any(axis=0, keepdims=True)", "where.all(axis=0, keepdims=True)", "a point's luck hangs on the points beside it"),
        (
            "(self.first // NUMBERS_PER_COUNT, day, actor, 0)",
            "(self.first // NUMBERS_PER_COUNT, actor, day, 0)",
            "day and actor are swapped in a draw's name",
        ),
    ),
    "sim/record.py": (
        ("        self.log_weight = self.log_weight + total(model.dyad.log_p.values())\n", "", "what both did together is not scored"),
        ("np.where(state.envoys,", "np.where(~state.envoys,", "the ladder has envoys the wrong way round"),
    ),
    "sim/course.py": (
        (
            "self.calendar <= self.first_strike + ANSWER_WINDOW",
            "self.calendar < self.first_strike + ANSWER_WINDOW",
            "an answer on the thirtieth day is none",
        ),
        ("first_day(row & (self.calendar > self.first_strike))", "first_day(row)", "a crisis ends before it begins"),
    ),
    "sim/outcomes.py": (
        (
            "agreed = ~np.isnan(course.agreement_from(course.answer))",
            "agreed = ~np.isnan(course.agreement_from(course.first_strike))",
            "an agreement that the answer broke still ends the round",
        ),
        ("if state != soil)", "if state == soil)", "the dead are counted on the wrong soil"),
    ),
    "sim/score.py": (
        ("        log_weight = log_weight + log_p\n", "            log_weight = log_weight + log_p\n", "days left open are no evidence"),
        ("weights * np.exp(log_p)).sum() / weights.sum()", "np.exp(log_p)).mean()", "worlds that made the past unlikely count as much as others"),
        ("count / days[track] for", "count / len(scored) for", "how often an act occurs is counted over all tracks"),
    ),
    "sim/summary.py": (
        ("so_far >= share - 1e-12", "so_far > share + 1e-12", "a quantile is the next value up"),
        ("weights.sum() ** 2 / (weights**2).sum()", "weights.sum() / (weights**2).sum()", "the worth of weights hangs on their scale"),
        ("(weights**2 * (values - mean) ** 2)", "(weights * (values - mean) ** 2)", "an interval does not shrink with more worlds"),
        (" + 0.5 * weights[values == history].sum()", "", "worlds that went as history did are not counted"),
    ),
    "sim/history.py": (
        ("level = level * kept", "level = level", "in the record an agreement calms nothing"),
        ("(acts[day - 1] if day else 0)", "0", "in the record a closed border is a new affront every day"),
    ),
    "sim/simulate.py": (
        ("world=first,", "world=0,", "chunks of worlds do not begin where they should"),
        ("record.scored[key][following.index(number)]", "record.scored[key][0]", "a point is scored by the first one's probabilities"),
    ),
}
"""By file: what stands there (once only), what is put in its place, and in words what is then wrong."""

MUTATIONS = [Mutation(file, *mistake) for file, mistakes in MISTAKES.items() for mistake in mistakes]


class Verdict(NamedTuple):
    """Whether a mistake was noticed, by which test (or what went wrong instead), and after how many seconds."""

    noticed: bool
    by: str
    seconds: float


def mutated(mutation: Mutation, text: str) -> str:
    """A file's text with the mistake in it; refused unless what is to be replaced stands there exactly once."""
    if text.count(mutation.old) != 1:
        raise ValueError(f"{mutation.file}: not there exactly once: {mutation.old!r}")
    return text.replace(mutation.old, mutation.new)


def order(file: str) -> list[str]:
    """Tests in the order in which they run when this file is broken."""
    first = FIRST.get(file, TESTS[0])
    return [f"tests/test_{name}.py" for name in (first, *(name for name in TESTS if name != first))]


def run_tests(copy: Path, files: list[str]) -> tuple[int, str]:
    """Exit code and output of the tests of a copy, on the copy: its folder goes before whatever is installed."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-n", "0", "--tb=no", *files]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return -1, f"did not end within {PATIENCE} s"
    return done.returncode, done.stdout + done.stderr


def judged(code: int, output: str, seconds: float) -> Verdict:
    """What the end of a test run says. Tests that pass, cannot be read in, or do not end have noticed nothing."""
    found = VERDICT.search(output)
    if code == 1 and found:
        return Verdict(True, f"{found[1]}::{found[2]}", seconds)
    return Verdict(False, "NOTHING" if code == 0 else f"NOTHING: {' '.join(output.split())[-100:]}", seconds)


def try_out(mutation: Mutation, whole: Path) -> Verdict:
    """Make a mistake in a copy of the whole, and let the tests look for it."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        copy = Path(shutil.copytree(whole, Path(folder) / "copy"))
        file = copy / mutation.file
        file.write_text(mutated(mutation, file.read_text(encoding="utf-8")), encoding="utf-8")
        code, output = run_tests(copy, order(mutation.file))
    return judged(code, output, time.monotonic() - start)


def try_unbroken(whole: Path) -> tuple[int, str]:
    """The tests without a mistake: unless they pass, a failure shows nothing. One test more says that it is the copy which is tested."""
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        copy = Path(shutil.copytree(whole, Path(folder) / "copy"))
        (copy / "tests" / "test_copy.py").write_text(TEST_OF_THE_COPY, encoding="utf-8")
        return run_tests(copy, ["tests/test_copy.py", *order("")])


def try_all(chosen: list[Mutation], whole: Path, jobs: int) -> int:
    """Try mistakes, print what noticed each, and give the exit code."""
    wide, deep = (max(len(getattr(mutation, field)) for mutation in chosen) for field in ("broken", "file"))
    with ThreadPoolExecutor(jobs) as pool:
        unbroken = pool.submit(try_unbroken, whole)
        verdicts = pool.map(lambda mutation: try_out(mutation, whole), chosen)
        print(f"{'what is broken':{wide}}  {'where':{deep}}  {'s':>4}  noticed by", flush=True)
        missed = 0
        for mutation, verdict in zip(chosen, verdicts, strict=True):
            if unbroken.done() and unbroken.result()[0] != 0:
                pool.shutdown(cancel_futures=True)
                break
            missed += not verdict.noticed
            print(f"{mutation.broken:{wide}}  {mutation.file:{deep}}  {verdict.seconds:4.0f}  {verdict.by}", flush=True)
        code, output = unbroken.result()
    if code != 0:
        print(f"the tests do not pass without a mistake, so the table shows nothing:\n{output}")
        return 1
    print(f"{len(chosen)} mistakes, {missed} not noticed")
    return 1 if missed else 0


def main() -> int:
    """Try every mistake, or some, on the project as it stands now."""
    parser = argparse.ArgumentParser(description="Break the rules one at a time and see whether the tests notice.")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=2, help="how many at a time")
    parser.add_argument("--only", default="", metavar="WORD", help="only files whose name holds this word")
    options = parser.parse_args()
    chosen = [mutation for mutation in MUTATIONS if options.only in mutation.file]
    if not chosen:
        parser.error(f"no file that is broken holds {options.only!r}")
    # All copies are made from one, so that whoever edits the project meanwhile changes nothing here.
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        whole = Path(shutil.copytree(ROOT, Path(folder) / "whole", ignore=LEFT_OUT))
        for mutation in chosen:
            mutated(mutation, (whole / mutation.file).read_text(encoding="utf-8"))
        return try_all(chosen, whole, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
