"""Doubt: how much of each outcome's variance is chance, how much parameters, how much structure; as a study."""

from dataclasses import dataclass
from typing import Any

from sim.design import point_in
from sim.experiments.asking import SCHEMA_VERSION, check_parameters, parameters_asked, priors_of
from sim.experiments.sensitivity import Request
from sim.experiments.variance_split import DRAWS, FEWEST_DRAWS, STRUCTURES, WORLDS, split
from sim.outcomes import definitions
from sim.scenario.errors import refuse
from sim.store import Study, identity, now
from sim.words import CHANGE_CAVEAT, POLICY_WORDS, caveat

DRAWN = ("prior", "posterior")
CAVEAT = (
    "Structure is the rule by which governments decide, for both states alike: five rules, each with its own numbers, that count alike; other "
    "structures would add to it. Chance is what worlds with the same parameters and rule differ by. Draws of the parameters count alike."
)


@dataclass(frozen=True)
class Asked:
    """What is asked of a split; scenario, outcomes, mode and days are those of an analysis."""

    of: Request
    parameters: str = "posterior"
    draws: int = DRAWS
    worlds: int = WORLDS

    def asked(self) -> dict[str, Any]:
        """What was asked, as plain values: equal for equal runs."""
        known = self.of.asked()
        kept = {name: known[name] for name in ("command", "scenario", "scenario_hash", "mode", "from", "outcomes", "seed", "changes")}
        sizes = {"subject": f"{known['scenario']}_split", "split": True, "draws": self.draws, "worlds_per_draw": self.worlds}
        return kept | sizes | {"worlds": self.draws * self.worlds} | parameters_asked(self.parameters)


def doubt(asked: Asked) -> Study:
    """Run a split; raises ScenarioError for what cannot be asked."""
    check_parameters(asked.parameters)
    if asked.parameters not in DRAWN:
        raise refuse("", "must be prior or posterior: single values leave nothing unknown", field="--parameters", value=asked.parameters)
    if asked.draws < FEWEST_DRAWS:
        raise refuse("", f"must be a whole number, {FEWEST_DRAWS} or more", field="--draws", value=asked.draws)
    started, of = now(), asked.of
    point, known = point_in(of.mode, of.start), priors_of(asked.parameters)
    shares, means = split(of.scenario, point, known, of.outcomes, draws=asked.draws, worlds=asked.worlds, seed=of.seed, workers=of.workers)
    means["label"] = means["structure"].map(POLICY_WORDS)
    return Study(
        identity(asked.asked(), started) | _report(asked, shares.set_index("outcome").to_dict("index")), {"split": shares, "structures": means}
    )


def _report(asked: Asked, shares: dict[Any, dict[Any, Any]]) -> dict[str, Any]:
    scenario = asked.of.scenario
    known = {one.name: one for one in definitions(scenario)}
    return {
        "schema_version": SCHEMA_VERSION,
        "mode": asked.of.mode,
        "modes": [asked.of.mode],
        "caveat": caveat(scenario, CHANGE_CAVEAT, CAVEAT),
        "structures": list(STRUCTURES),
        "outcomes": {name: {key: getattr(known[name], key) for key in ("label", "kind", "unit")} for name in asked.of.outcomes},
        "split": {str(name): {str(key): float(value) for key, value in row.items()} for name, row in shares.items() if row["variance"] > 0},
    }
