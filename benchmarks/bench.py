"""Measures, in one run, how fast the model is, and prints one table.

The array model stands beside two peers that run the same rules: ordinary scalar Mesa agents under `mesa.batch_run`, and
a scalar loop compiled by numba. Everything is measured in turn, several times over, so that a busy machine slows all
alike; what is printed are medians. Rates are worlds a second of processor time, so on one core. The set-up is that of
a usual run: january_2024, ASSISTED from the first day, all its days.
"""

import argparse
import gc
import importlib.util
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CASE = "january_2024"
SIZES = (1024, 8192, 65536)
SCALAR_WORLDS = 100
PHASE_WORLDS = 8192
MEMORY_WORLDS = 10_000
GOALS = {"times_batch_run": 120.0, "times_compiled": 0.8, "single_world": 0.3, "peak_memory_mb": 500.0}
"""At least so many times the peers, from the second size on; at most so many seconds, and megabytes."""

PEAK_MEMORY = """
import resource, sys
from sim.design import point_in
from sim.scenario.load import load
from sim.simulate import simulate
simulate(load(sys.argv[1]), [point_in("assisted")], int(sys.argv[2]), 1)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak / (2**20 if sys.platform == "darwin" else 2**10))
"""

PHASES = {
    "1 calendar": ("set_values",),
    "2 attacks, truce": ("attack", "pass_a_day"),
    "3 perception": ("perceive",),
    "4 decision": ("decide",),
    "5 effect": ("act", "feel_acts"),
    "6 talks": ("talk",),
    "7 third parties": ("_heed", "notice", "_listen"),
    "8 crossings": ("open_or_close", "_cut"),
    "9 communities": ("_blows", "hear", "live"),
    "10 recruitment": ("recruit",),
    "11 record": ("_remember",),
}
"""The phases of a day, and what `Crisis.step` calls in each."""


def timed(what: Callable[[], Any], clock: Callable[[], float] = time.process_time) -> float:
    """Seconds that something takes; what earlier measurements left behind is cleared away first."""
    gc.collect()
    start = clock()
    what()
    return clock() - start


# ── What is measured ──────────────────────────────────────────────────────────────────────────────────────────────


def array_bare(worlds: int) -> None:
    from sim.design import point_in
    from sim.model import Crisis

    Crisis(CASE, 1, replicates=worlds, points=[point_in("assisted")]).run()


def array_simulated(worlds: int) -> None:
    from sim.design import point_in
    from sim.scenario.load import load
    from sim.simulate import simulate

    simulate(load(CASE), [point_in("assisted")], worlds, 1)


def scalar(worlds: int) -> None:
    import mesa

    from benchmarks.scalar_mesa import ScalarCrisis

    mesa.batch_run(ScalarCrisis, {"name": CASE}, rng=list(range(worlds)), number_processes=1, display_progress=False)


def compiled(worlds: int) -> None:
    from benchmarks.compiled import run

    run(CASE, worlds)


def ask_for_help() -> None:
    subprocess.run([sys.executable, "run.py", "--help"], cwd=ROOT, check=True, capture_output=True)


def peak_memory(worlds: int) -> float:
    """Megabytes of a fresh process. To be called first: a process counts as its own the peak of the one that starts it."""
    command = [sys.executable, "-c", PEAK_MEMORY, CASE, str(worlds)]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def phases(worlds: int) -> dict[str, float]:
    """Seconds by phase of the day, over a run."""
    from sim.design import point_in
    from sim.model import Crisis

    model = Crisis(CASE, 1, replicates=worlds, points=[point_in("assisted")])
    phase_of = {rule: phase for phase, rules in PHASES.items() for rule in rules}
    spent: Counter[str] = Counter(dict.fromkeys(PHASES, 0.0))

    def watched(rule: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            start = time.process_time()
            result = method(*arguments)
            spent[phase_of[rule]] += time.process_time() - start
            return result

        return call

    each = model._each
    model._each = lambda agents, rule: (watched(rule, each) if rule in phase_of else each)(agents, rule)
    for owner in (model, model.dyad, model.hand, model.borderland):
        for rule in phase_of:
            if hasattr(type(owner), rule):
                setattr(owner, rule, watched(rule, getattr(owner, rule)))
    model.run()
    return dict(spent)


# ── The measurements, in turn ─────────────────────────────────────────────────────────────────────────────────────


def measure(sizes: tuple[int, ...], repetitions: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Everything, as plain numbers: rates by size, seconds, megabytes, seconds by phase."""
    memory = peak_memory(MEMORY_WORLDS)
    has_numba = importlib.util.find_spec("numba") is not None
    kinds: dict[str, Callable[[int], None]] = {"array_bare": array_bare, "array_simulated": array_simulated}
    if has_numba:
        kinds["compiled"] = compiled
    for kind in (*kinds.values(), scalar):
        kind(4)  # imports, and numba's compilation, are not what is measured
    seconds: dict[Any, list[float]] = {}
    by_phase: dict[str, list[float]] = {}
    for repetition in range(repetitions):
        say(f"repetition {repetition + 1} of {repetitions}")
        for size in sizes:
            for name, kind in kinds.items():
                seconds.setdefault((name, size), []).append(timed(lambda kind=kind, size=size: kind(size)))
        seconds.setdefault("scalar", []).append(timed(lambda: scalar(SCALAR_WORLDS)))
        seconds.setdefault("single", []).append(timed(lambda: array_bare(1)))
        seconds.setdefault("help", []).append(timed(ask_for_help, time.perf_counter))
        for phase, spent in phases(PHASE_WORLDS).items():
            by_phase.setdefault(phase, []).append(spent)
    median = {key: statistics.median(values) for key, values in seconds.items()}
    return {
        "case": CASE,
        "repetitions": repetitions,
        "sizes": list(sizes),
        "worlds_a_second": {name: [size / median[name, size] for size in sizes] for name in kinds},
        "batch_run_worlds_a_second": SCALAR_WORLDS / median["scalar"],
        "single_world": median["single"],
        "help": median["help"],
        "peak_memory_mb": memory,
        "phases": {phase: statistics.median(values) for phase, values in by_phase.items()},
    }


def ratios(found: dict[str, Any]) -> dict[str, list[float]]:
    """The array model, as `simulate` runs it, against its peers, by size."""
    rates, scalar_rate = found["worlds_a_second"], found["batch_run_worlds_a_second"]
    against = {"times_batch_run": [rate / scalar_rate for rate in rates["array_simulated"]]}
    if "compiled" in rates:
        against["times_compiled"] = [ours / theirs for ours, theirs in zip(rates["array_simulated"], rates["compiled"], strict=True)]
    return against


# ── The table ─────────────────────────────────────────────────────────────────────────────────────────────────────


def report(found: dict[str, Any]) -> str:
    """The table, as text."""
    sizes, rates, against = found["sizes"], found["worlds_a_second"], ratios(found)
    wide = 12

    def row(label: str, values: list[str], note: str = "") -> str:
        return f"{label:<40}{''.join(f'{value:>{wide}}' for value in values)}{note and '   ' + note}"

    def rate(label: str, name: str) -> str:
        return row(label, [f"{value:,.0f}" for value in rates[name]]) if name in rates else f"{label:<40}skipped: numba is not installed"

    lines = [
        f"{found['case']}, ASSISTED, whole run; medians of {found['repetitions']} interleaved repetitions",
        "",
        row("worlds", [f"{size:,}" for size in sizes]),
        rate("array model, Crisis.run [worlds/s]", "array_bare"),
        rate("array model, simulate [worlds/s]", "array_simulated"),
        row("scalar Mesa, batch_run [worlds/s]", [f"{found['batch_run_worlds_a_second']:,.0f}"] * len(sizes)),
        rate("loop compiled by numba [worlds/s]", "compiled"),
    ]
    for name, label in (("times_batch_run", "simulate against batch_run"), ("times_compiled", "simulate against compiled")):
        if name in against:
            lines.append(row(label, [f"{value:.3g} x" for value in against[name]], goal(name, min(against[name][1:] or against[name]))))
    lines += [
        "",
        row("one world [s]", [f"{found['single_world']:.2f}"], goal("single_world", found["single_world"])),
        row("run.py --help [s, by the clock]", [f"{found['help']:.2f}"]),
        row(f"peak memory, {MEMORY_WORLDS:,} worlds [MB]", [f"{found['peak_memory_mb']:.0f}"], goal("peak_memory_mb", found["peak_memory_mb"])),
        "",
        row(f"phase of the day, {PHASE_WORLDS:,} worlds", ["s a run", "share"]),
    ]
    whole = sum(found["phases"].values())
    return "\n".join([*lines, *(row(f"  {phase}", [f"{spent:.3f}", f"{spent / whole:.0%}"]) for phase, spent in found["phases"].items())])


def goal(name: str, value: float) -> str:
    """What was aimed at, and whether it was reached; the ratios from the second size on."""
    at_least, bound = name.startswith("times"), GOALS[name]
    reached = value >= bound if at_least else value <= bound
    return f"goal {'at least' if at_least else 'at most'} {bound:g}: {'reached' if reached else 'missed'}"


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of worlds")
    asked = parser.parse_args(arguments)
    found = measure(tuple(asked.sizes), asked.repetitions, lambda text: print(text, file=sys.stderr, flush=True))
    print(json.dumps(found | ratios(found), indent=1) if asked.json else report(found))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
