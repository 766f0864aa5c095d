"""One world of the course that is shown, told day by day in sentences; it is run alone and is the same world to the bit."""

from typing import Any

from sim.dashboard.answer import Answer
from sim.dashboard.parts import part
from sim.dashboard.section import Fragments, Look
from sim.experiments.asking import priors_of
from sim.experiments.tell import live
from sim.narration import days, narrated, opening
from sim.simulate import Table
from sim.story import named_worlds
from sim.telling import events


class StoryPart:
    """Follow one world."""

    roots: dict[str, Any] = {}  # noqa: RUF012 # no figure

    def __init__(self) -> None:
        self.told: tuple[list[str], list[Any]] | None = None
        self.named: dict[str, int] = {}

    def show(self, answer: Answer, look: Look) -> Fragments:
        """Other worlds: what was told of the old ones goes."""
        self.told, look.world = None, None
        self.named = named_worlds(answer.shown.result, answer.ground.record["tension"].to_numpy()[:, None]) if answer.whole else {}
        return {"story": self.page(answer, look)}

    def page(self, answer: Answer, look: Look) -> str:
        """The part as HTML, with what is told so far."""
        first, told = self.told or ([], [])
        return part(
            "story", worlds=answer.worlds, chosen=look.world, opening=first, days=told, waiting=look.world is not None and self.told is None,
            course="with the what-if" if answer.child is not None else "as it was", named=list(self.named.items()),
        )  # fmt: skip

    def day(self, answer: Answer, look: Look) -> Fragments:
        """A world is told whole."""
        return {}

    def paint(self) -> None:
        """Nothing is drawn."""


def tell(answer: Answer, world: int) -> tuple[list[str], list[Any]]:
    """What one world comes to, and its days in sentences; takes as long as a small run."""
    view, point = answer.view, answer.shown.result.point
    per_draw = answer.ground.asked(view, point, 1).worlds_per_draw
    lived = live(Table(answer.scenario, (point,), view.seed, priors_of(view.parameters), per_draw), world)
    told = narrated(answer.scenario, events(lived))
    course = str(lived.result.outcomes()["course"].iloc[0])
    return opening(world, view.mode, answer.start.isoformat(), course, told), days(told)
