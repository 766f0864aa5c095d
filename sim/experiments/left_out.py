"""Each crisis scored by what the others taught: its record and how it went on, under parameters fitted to every crisis but it.

FORCED, decision by decision given the record so far; ASSISTED from the day after the first strike, by how the crisis went
on. Beside the fitted model stand its default numbers, its priors, tit-for-tat, and simple rules that know only the other
crises. Differences are paired: the same decisions, the same days.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t

from sim.experiments import rule_outcomes
from sim.experiments.asking import SCHEMA_VERSION, check_seed, check_worlds, json_rows
from sim.experiments.posterior import Posterior
from sim.experiments.rival_rules import paired_by_crisis, paired_by_day, verdict
from sim.experiments.rule_baselines import BASELINE_WORDS, Elsewhere
from sim.experiments.rule_outcomes import OUTCOME_WORDS
from sim.experiments.rule_runs import POLICIES, Rows, decisions_by, outcomes_by, run, simple_decisions, simple_outcomes
from sim.parameters import Known
from sim.scenario.errors import refuse
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario
from sim.score import decisions
from sim.words import POLICY_WORDS

FITTED, POINT, PRIOR, TIT_FOR_TAT = "fitted_to_the_others", "default_numbers", "prior", "tit_for_tat"
COURSES = {FITTED: "fitted to the others", POINT: "default numbers", PRIOR: "drawn before fitting"}
"""How the model is run."""
RIVALS = {TIT_FOR_TAT: POLICY_WORDS[TIT_FOR_TAT], **BASELINE_WORDS}
"""Simple rules that it must beat."""
WORDS = {**COURSES, **RIVALS}
EACH = "each_own"
BEST_WORDS = {**RIVALS, EACH: "each crisis's own"}
"""What the model is held against: on one crisis the simple rule that does best there, on several the best of each."""
ALL, NEW = "all", "new"
"""All crises together; those with which nothing of the model was made."""
CAVEAT = (
    "A model, not a forecast. Six crises, all of which came to strikes between states: nothing follows about how often a provocation does, nor about "
    "crises of other kinds. Each was left out of the fit, but the model's form, its fixed numbers and the medians of its priors were made with one "
    "of them, and with rates of past crises, in view. The best simple rule is picked after the event, crisis by crisis, which favours it. Intervals "
    "count each day of a crisis as one observation; days of one crisis hang together, so what is not known is more than they show."
)


@dataclass(frozen=True)
class LeftOut:
    """Every decision and outcome with what each course and rule gave it: `decisions` and `outcomes` have a row per course and item."""

    worlds: int
    seed: int
    crises: Mapping[str, str]
    """Titles by name, in the order of their first days."""
    worth: Mapping[str, float]
    """Draws that count alike which the parameters without each crisis are worth."""
    decisions: pd.DataFrame
    outcomes: pd.DataFrame
    caveat: str = CAVEAT

    @cached_property
    def scoreboard(self) -> pd.DataFrame:
        """A row a crisis, then all together: log scores per decision of model and best simple rule, and their difference with an interval [nats].

        Together: every crisis, and those alone with which nothing of the model was made; held against the best simple rule of each.
        """
        return pd.DataFrame([self._row(name) for name in [*self.crises, *([NEW] if self._made_with else []), ALL]])

    @property
    def _made_with(self) -> set[str]:
        """Crises with which the model's form and fixed numbers were made."""
        return set(self.decisions.loc[self.decisions["fitted"], "crisis"])

    def _row(self, crisis: str) -> dict[str, Any]:
        chosen = {ALL: set(self.crises), NEW: set(self.crises) - self._made_with}.get(crisis, {crisis})
        rows = self.decisions[self.decisions["crisis"].isin(chosen)]
        mine, simple = self._of(rows, FITTED), self._best_of_each(rows)
        best, count = set(simple["rule"]), len(mine)
        paired = paired_by_day(mine, simple)
        per = {name: paired[name] / count for name in ("difference", "low", "high", "simulation_error")}
        return {
            "crisis": crisis,
            "title": self.crises.get(crisis, f"all {len(chosen)}" if crisis == ALL else f"the {len(chosen)} that the model was not made with"),
            "decisions": count,
            "acts": int(mine["is_act"].sum()),
            **{f"{name}_per_decision": float(self._of(rows, name)["log_p"].sum()) / count for name in WORDS},
            "best_simple_rule": best.pop() if len(chosen) == 1 else EACH,
            "best_simple_rule_per_decision": float(simple["log_p"].sum()) / count,
            **per,
            "difference_in_all": paired["difference"],
            "draws_worth": self.worth.get(crisis, np.nan),
            "verdict": verdict(per["low"], per["high"]),
        }

    def _best_of_each(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The decisions of every crisis as the simple rule has them that does best there, in the order of the model's own."""
        best = rows[rows["rule"].isin(RIVALS)].groupby(["crisis", "rule"], sort=False)["log_p"].sum().unstack().loc[:, list(RIVALS)].idxmax(axis=1)
        return pd.concat([self._of(rows[rows["crisis"] == crisis], str(best[crisis])) for crisis in rows["crisis"].unique()], ignore_index=True)

    @cached_property
    def against(self) -> pd.DataFrame:
        """A row per course and rule: log score, and the fitted model's difference to it over all crises, by day and by crisis [nats].

        `new_difference`, with its interval: over the crises with which nothing of the model was made.
        """
        fitted, rows = self._of(self.decisions, FITTED), []
        usual = self._of(self.outcomes, FITTED)
        for name, label in WORDS.items():
            other, outcomes = self._of(self.decisions, name), self._of(self.outcomes, name)
            row: dict[str, Any] = {"rule": name, "label": label, "log_score": float(other["log_p"].sum())}
            row["log_score_acts"] = float(other.loc[other["is_act"], "log_p"].sum())
            row["outcome_score"] = float(outcomes["score"].mean())
            if name != FITTED:
                row |= paired_by_day(fitted, other) | _crises_won(fitted, other) | paired_by_crisis(usual, outcomes)
                row["verdict"] = verdict(row["low"], row["high"])
                new = paired_by_day(*(table[~table["crisis"].isin(self._made_with)] for table in (fitted, other)))
                row |= {f"new_{name}": new[name] for name in ("difference", "low", "high")}
            rows.append(row)
        return pd.DataFrame(rows)

    @staticmethod
    def _of(frame: pd.DataFrame, rule: str) -> pd.DataFrame:
        return frame[frame["rule"] == rule].reset_index(drop=True)

    def by_outcome(self) -> pd.DataFrame:
        """A row an outcome: mean score of each course and rule over the crises that have it."""
        table = self.outcomes.pivot_table(index="outcome", columns="rule", values="score", aggfunc="mean", sort=False)
        return table[list(WORDS)].assign(crises=self._of(self.outcomes, FITTED).groupby("outcome", sort=False).size()).reset_index()

    def acts(self) -> pd.DataFrame:
        """A row per recorded act and course: the probability it was given."""
        rows = self.decisions[self.decisions["is_act"]].drop(columns=["is_act", "in_batches"]).reset_index(drop=True)
        return rows.assign(probability=np.exp(rows["log_p"]))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Everything that is kept, by name."""
        return {
            "scoreboard": self.scoreboard,
            "against": self.against,
            "by_outcome": self.by_outcome(),
            "acts": self.acts(),
            "outcomes": self.outcomes,
        }

    @cached_property
    def sentences(self) -> list[str]:
        """Whether the model tells crises that it has not seen better than simple rules; what fitting gained; which acts surprised it."""
        board, whole = self.scoreboard[self.scoreboard["crisis"].isin(list(self.crises))], self.scoreboard.iloc[-1].to_dict()
        against = {str(row["rule"]): row for row in self.against.to_dict(orient="records")}
        counts = {word: int((board["verdict"] == word).sum()) for word in ("better", "worse", "undecided")}
        best = min(RIVALS, key=lambda name: float(against[name]["outcome_score"]))
        return [
            f"Left out of the fit one at a time, {len(board)} crises with {whole['decisions']:,} decisions, each against the simple rule that does "
            f"best on it: the model is better in {counts['better']}, worse in {counts['worse']}, not told apart in {counts['undecided']}. In all the "
            f"difference is {_nats_in_all(whole)}{self._new_words()}; above 0 is better.",
            self._one_rule_words(),
            f"Against its default numbers, fitting to the others brings {_nats(against[POINT])}; against draws made before fitting "
            f"{_nats(against[PRIOR])}.",
            f"How the crises went on: mean score {against[FITTED]['outcome_score']:.2f}, the best simple rule's ({WORDS[best]}) "
            f"{against[best]['outcome_score']:.2f}; nearer 0 is better, and so few crises hardly tell such scores apart."
            f"{self._worse_than_even_odds()}",
        ]

    def _new_words(self) -> str:
        rows = self.scoreboard[self.scoreboard["crisis"] == NEW].to_dict(orient="records")
        return f", on {rows[0]['title']} {_nats_in_all(rows[0])}" if rows else ""

    def _one_rule_words(self) -> str:
        """Against the one rule that does best over all, and which crisis that rests on."""
        rivals = self.against[self.against["rule"].isin(RIVALS)]
        row = rivals.sort_values("log_score").iloc[-1].to_dict()
        mine, other = self._of(self.decisions, FITTED), self._of(self.decisions, str(row["rule"]))
        apart = (mine["log_p"] - other["log_p"]).groupby(mine["crisis"]).sum()
        first = str(apart.idxmax())
        new = f", on {len(self.crises) - len(self._made_with)} of them {_new_nats(row)}" if self._made_with else ""
        made = ", with which the model was made" if first in self._made_with else ""
        return (
            f"Against one rule for all, that which does best ({row['label']}), the difference is {_nats(row)}{new}; most of it on "
            f"{self.crises[first]}{made}: {apart[first]:+,.1f}."
        )

    def _worse_than_even_odds(self) -> str:
        """Outcomes on which the fitted model scores worse than somebody who knows nothing."""
        table = self.by_outcome()
        worse = table[table[FITTED] > table["even_odds"]]
        named = [f"{OUTCOME_WORDS[row['outcome']]} ({row[FITTED]:.2f} against {row['even_odds']:.2f})" for row in worse.to_dict(orient="records")]
        return f" Worse than even odds: {', '.join(named)}." if named else ""

    def as_json(self) -> dict[str, Any]:
        """One object, as `validate --against crises --json` prints it."""
        tables = {name: json_rows(table) for name, table in self.tables().items()}
        return {
            "schema_version": SCHEMA_VERSION,
            "command": "validate",
            "against": "crises",
            "modes": {"decisions": "forced", "outcomes": "assisted"},
            "caveat": self.caveat,
            "worlds": self.worlds,
            "seed": self.seed,
            "finding": self.sentences,
            **tables,
        }


def _nats_in_all(row: Mapping[Hashable, Any]) -> str:
    low, high = (row[end] * row["decisions"] for end in ("low", "high"))
    return f"{row['difference_in_all']:+,.1f} nats ({low:+,.1f} to {high:+,.1f})"


def _new_nats(row: Mapping[Hashable, Any]) -> str:
    return f"{row['new_difference']:+,.1f} ({row['new_low']:+,.1f} to {row['new_high']:+,.1f})"


def _nats(row: Mapping[Hashable, Any]) -> str:
    return f"{row['difference']:+,.1f} nats ({row['low']:+,.1f} to {row['high']:+,.1f})"


def _crises_won(mine: pd.DataFrame, other: pd.DataFrame) -> dict[str, float]:
    """In how many crises the first scores better, and the mean difference per crisis with a t interval over crises [nats]."""
    apart = (mine["log_p"] - other["log_p"]).groupby(mine["crisis"]).sum()
    half = float(t.ppf(0.975, len(apart) - 1) * apart.std(ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else np.nan
    middle = float(apart.mean())
    return {"crises_better": float((apart > 0).sum()), "per_crisis": middle, "per_crisis_low": middle - half, "per_crisis_high": middle + half}


# The runs


def score_crises(crises: Sequence[Scenario], without: Mapping[str, Posterior], worlds: int, seed: int) -> LeftOut:
    """Score every crisis for which there is a posterior of the others; raises ScenarioError where there is none."""
    check_worlds(worlds)
    check_seed(seed)
    struck = [crisis for crisis in crises if crisis.name in without and rule_outcomes.first_strike(crisis) is not None]
    if len(struck) < 2:
        known = "needs a stored posterior of three crises or more; make one with: python run.py calibrate --store"
        raise refuse("", known, field="--against", value="crises")
    scored = {crisis.name: decisions(crisis) for crisis in struck}
    happened = {crisis.name: rule_outcomes.recorded_classes(crisis) for crisis in struck}
    of_decisions: Rows = []
    of_outcomes: Rows = []
    for crisis in struck:
        others = [name for name in scored if name != crisis.name]
        of_decisions += simple_decisions(crisis, scored[crisis.name], Elsewhere.of([scored[name] for name in others]))
        of_outcomes += simple_outcomes(crisis, happened[crisis.name], [happened[name] for name in others])
        for name, rule, known_as in _courses(without[crisis.name]):
            forced, assisted = run(crisis, rule, worlds, seed, known_as)
            of_decisions += decisions_by(crisis, name, forced)
            of_outcomes += outcomes_by(crisis, name, assisted, happened[crisis.name])
    worth = {crisis.name: float(without[crisis.name].manifest["effective_draws"]) for crisis in struck}
    titles = {crisis.name: crisis.title for crisis in struck}
    return LeftOut(worlds, seed, titles, worth, pd.DataFrame(of_decisions), pd.DataFrame(of_outcomes))


def _courses(others: Posterior) -> list[tuple[str, str, Mapping[str, Known]]]:
    """Name, rule of decision, and what parameters are drawn from."""
    usual = POLICIES[0]
    return [(FITTED, usual, others.known()), (POINT, usual, {}), (PRIOR, usual, dict(load_priors())), (TIT_FOR_TAT, TIT_FOR_TAT, {})]
