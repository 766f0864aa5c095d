"""What installed packages add, as `show --extensions` prints it."""

from sim.report.terminal import print_table
from sim.scenario.extensions import KINDS, everything


def print_extensions() -> None:
    """A line an addition: what it is, its name, its package, and why it cannot be used where it cannot."""
    found = everything()
    if not found:
        groups = ", ".join(kind.group for kind in KINDS)
        print(f"No installed package adds anything (entry points in {groups}).")
        return
    rows = [[one.kind.group, one.name, f"{one.package} {one.version}", one.fault or getattr(one.value, "label", "")] for one in found]
    print_table("", ["kind", "name", "package", "what it is, or why it cannot be used"], rows)
