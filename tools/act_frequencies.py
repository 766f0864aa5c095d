"""Count again how often each act followed where things stood, from the records of the crises that come with the program.

    python tools/act_frequencies.py            write scenarios/act_frequencies.csv
    python tools/act_frequencies.py --check    say whether it is stale, and exit with 1 if it is

A state that decides by base rates (`policy: markov_chain`) reads this file, and of it only what other crises did.
"""

import sys

from sim.experiments.act_frequencies import as_csv, counted
from sim.experiments.crises import recorded_crises
from sim.scenario.find import bundle
from sim.scenario.frequencies import FILE


def made() -> str:
    """The file as it would be if it were made now."""
    return as_csv(row for crisis in recorded_crises() for row in counted(crisis))


def main(arguments: list[str]) -> int:
    """Write the file, or with `--check` only say whether it is stale."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    path = bundle() / FILE
    content = made()
    if path.is_file() and path.read_text(encoding="utf-8") == content:
        return 0
    if not arguments:
        path.write_text(content, encoding="utf-8")
    print(f"{'Stale' if arguments else 'Written'}: {path.name}")
    return 1 if arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
