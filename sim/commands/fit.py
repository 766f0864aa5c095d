"""Whether a branch, chain or sweep file fits the crisis for which it is written: names, dates and ranges, without running anything."""

from pathlib import Path


def check_fit(path: Path) -> None:
    """Read a file as its command would; raises ScenarioError for what that would refuse."""
    from sim.scenario.check import keys_of
    from sim.scenario.load import default_name, load

    keys = keys_of(path)
    if "links" in keys:
        from sim.experiments.chain import asked
        from sim.scenario.chains import read_chain

        asked(load(read_chain(path)[0].scenario or default_name()), path)
    elif keys & {"vary", "design"}:
        from sim.experiments.sweep_plan import plan
        from sim.scenario.sweeps import read_rows, read_sweep

        sweep = read_sweep(path)
        plan(load(sweep.scenario or default_name()), sweep, columns=read_rows(sweep, path.parent) if sweep.rows else None)
    elif "changes" in keys:
        from sim.branches import check_fits, read
        from sim.scenario.branches import BRANCHES, read_branch

        entry = read_branch(path)
        crisis = load(entry.scenario or default_name())
        check_fits(crisis, path.stem, entry, BRANCHES.flag)
        read(crisis, path.stem, entry, {}, None if entry.at else 0)
