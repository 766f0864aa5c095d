"""Rival rules: which rule of decision tells best what governments did, on crises to which no weight was fitted.

Every rule runs with its default numbers on every crisis that has a record: FORCED, scored decision by decision given the
record so far, and ASSISTED from the day after the first strike, scored by how the crisis went on. Beside them stand rules
that know nothing but other crises. Differences to the default are paired: the same decisions, the same luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t

from sim.experiments import rule_outcomes, rule_runs
from sim.experiments.asking import SCHEMA_VERSION, check_seed, check_worlds, json_rows
from sim.experiments.rule_baselines import BASELINE_WORDS
from sim.experiments.rule_runs import BATCHES, POLICIES
from sim.scenario.errors import refuse
from sim.scenario.schema import Scenario
from sim.summary import NORMAL_95
from sim.words import POLICY_WORDS

DEFAULT = POLICIES[0]
UNDECIDED = "undecided"
FEWEST_CRISES = 3
"""Crises from which a difference in outcomes gets an interval."""
CAVEAT = (
    "A model, not a forecast. Few crises, all of which came to strikes: nothing follows about how often crises do. The weights were searched under "
    "the default rule, which favours it; no number of another rule was fitted. Several rules are held against the default at once. Intervals count "
    "each day of a crisis as one observation; days of one crisis hang together, so what is not known is more than they show."
)


@dataclass(frozen=True)
class RivalRules:
    """Every decision and every outcome with what each rule gave it: `decisions` and `outcomes` have a row per rule and item."""

    worlds: int
    seed: int
    decisions: pd.DataFrame
    outcomes: pd.DataFrame
    caveat: str = CAVEAT

    def table(self) -> pd.DataFrame:
        """A row per rule and kind of crisis (weights fitted on it or not): scores, and differences to the default with intervals."""
        rows = [
            self._row(rule, fitted) for fitted in (False, True) if (self.decisions["fitted"] == fitted).any() for rule in (*POLICIES, *BASELINE_WORDS)
        ]
        return pd.DataFrame(rows)

    def _row(self, rule: str, fitted: bool) -> dict[str, Any]:
        mine, default = (_of(self.decisions, each, fitted) for each in (rule, DEFAULT))
        outcomes, usual = (_of(self.outcomes, each, fitted) for each in (rule, DEFAULT))
        row: dict[str, Any] = {
            "rule": rule,
            "label": POLICY_WORDS.get(rule) or BASELINE_WORDS[rule],
            "fitted": fitted,
            "crises": mine["crisis"].nunique(),
            "decisions": len(mine),
            "log_score": mine["log_p"].sum(),
            "log_score_acts": mine.loc[mine["is_act"], "log_p"].sum(),
            **paired_by_day(mine, default),
            "outcomes": len(outcomes),
            "outcome_score": outcomes["score"].mean(),
            **paired_by_crisis(outcomes, usual),
        }
        return row | {"verdict": "" if rule == DEFAULT else verdict(row["low"], row["high"])}

    def by_crisis(self) -> pd.DataFrame:
        """A row per crisis and rule: log score, and mean score of outcomes."""
        keys = ["crisis", "fitted", "rule"]
        scored = self.decisions.groupby(keys, sort=False)["log_p"].agg(log_score="sum", decisions="size")
        return scored.join(self.outcomes.groupby(keys, sort=False)["score"].mean().rename("outcome_score")).reset_index()

    def acts(self) -> pd.DataFrame:
        """A row per recorded act and rule: the probability that the rule gave it."""
        rows = self.decisions[self.decisions["is_act"]].drop(columns=["is_act", "in_batches"]).reset_index(drop=True)
        return rows.assign(probability=np.exp(rows["log_p"]))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Everything that is kept, by name."""
        return {"rules": self.table(), "crises": self.by_crisis(), "acts": self.acts(), "outcomes": self.outcomes}

    @cached_property
    def sentences(self) -> list[str]:
        """What was found, on crises to which no weight was fitted; then on the others."""
        table = self.table()
        return [_sentence(table[table["fitted"] == fitted], fitted) for fitted in (False, True) if (table["fitted"] == fitted).any()]

    def as_json(self) -> dict[str, Any]:
        """One object, as `validate --against rules --json` prints it."""
        return {
            "schema_version": SCHEMA_VERSION,
            "command": "validate",
            "against": "rules",
            "modes": {"decisions": "forced", "outcomes": "assisted"},
            "caveat": self.caveat,
            "worlds": self.worlds,
            "seed": self.seed,
            "finding": self.sentences,
            "rules": json_rows(self.table()),
            "crises": json_rows(self.by_crisis()),
            "acts": json_rows(self.acts()),
            "outcomes": json_rows(self.outcomes),
        }


def _of(frame: pd.DataFrame, rule: str, fitted: bool) -> pd.DataFrame:
    return frame[(frame["rule"] == rule) & (frame["fitted"] == fitted)]


# Differences to the default


def paired_by_day(mine: pd.DataFrame, default: pd.DataFrame) -> dict[str, float]:
    """Difference of log scores [nats] with a 95 % interval, and its simulation error.

    The decisions of one day of a crisis are one observation; the interval holds the scatter over days and the simulation error.
    """
    each = pd.Series(mine["log_p"].to_numpy() - default["log_p"].to_numpy())
    sums = each.groupby([mine["crisis"].to_numpy(), mine["date"].to_numpy()]).sum().to_numpy()
    days, difference = len(sums), float(sums.sum())
    scatter = days / (days - 1) * float(((sums - sums.mean()) ** 2).sum()) if days > 1 else np.nan
    in_batches = np.stack(mine["in_batches"].to_list()) - np.stack(default["in_batches"].to_list())
    error = float(in_batches.sum(axis=0).std(ddof=1) / np.sqrt(BATCHES))
    half = NORMAL_95 * float(np.sqrt(scatter + error**2))
    return {"difference": difference, "low": difference - half, "high": difference + half, "simulation_error": error}


def paired_by_crisis(mine: pd.DataFrame, default: pd.DataFrame) -> dict[str, float]:
    """Difference of the mean scores of outcomes (below 0 is better), with a 95 % interval over crises where there are enough."""
    means = mine.groupby("crisis")["score"].mean() - default.groupby("crisis")["score"].mean()
    middle, count = float(means.mean()), len(means)
    half = float(t.ppf(0.975, count - 1) * means.std(ddof=1) / np.sqrt(count)) if count >= FEWEST_CRISES else np.nan
    return {"outcome_difference": middle, "outcome_low": middle - half, "outcome_high": middle + half}


def verdict(low: float, high: float) -> str:
    """Whether a rule tells the decisions better than the default."""
    if low > 0.0:
        return "better"
    return "worse" if high < 0.0 else UNDECIDED


def _sentence(table: pd.DataFrame, fitted: bool) -> str:
    default, crises = table.iloc[0], int(table["crises"].iloc[0])
    where = f"{crises} {'crisis' if crises == 1 else 'crises'} to which {'the weights were' if fitted else 'no weight was'} fitted"
    told = [
        f"{kind}: {', '.join(f'{row.label} ({row.difference:+,.1f} nats, {row.low:+,.1f} to {row.high:+,.1f})' for row in rows.itertuples())}"
        for kind in ("better", "worse", UNDECIDED)
        if len(rows := table[table["verdict"] == kind])
    ]
    best = table.iloc[int(table["outcome_score"].argmin())]
    few = "" if crises >= FEWEST_CRISES else "; too few crises for an interval"
    return (
        f"{where[0].upper()}{where[1:]}: the default rule's log score over {default['decisions']:,} decisions is {default['log_score']:.1f}; "
        f"against it {'; '.join(told)}. How it went on was told best by {best['label']}: mean score {best['outcome_score']:.2f}, the default's "
        f"{default['outcome_score']:.2f} (nearer 0 is better{few})."
    )


# The comparison


def compare_rules(crises: Sequence[Scenario], worlds: int, seed: int) -> RivalRules:
    """Every rule on every crisis; raises ScenarioError where there is none to compare them on."""
    check_worlds(worlds)
    check_seed(seed)
    struck = [crisis for crisis in crises if rule_outcomes.first_strike(crisis) is not None]
    if not struck:
        raise refuse("", "needs a crisis whose record has a strike", field="--against", value="rules")
    of_decisions, of_outcomes = rule_runs.everything(struck, worlds, seed)
    return RivalRules(worlds, seed, of_decisions, of_outcomes)
