"""When: the timeline of the record beside the worlds, with its key and data."""

from dataclasses import replace

import pandas as pd

from sim.dashboard.answer import Answer
from sim.dashboard.figure_timeline import TimelineFigure
from sim.dashboard.parts import part
from sim.dashboard.section import Fragments, Look, data_part, date_of
from sim.history import window
from sim.plots.timeline import Mark, Timeline, data, timeline
from sim.scenario.schema import Scenario
from sim.words import day_short, day_words


class TimelinePart:
    """F1 on the page."""

    def __init__(self, look: Look, scenario: Scenario) -> None:
        self.figure = TimelineFigure(look.ink, list(scenario.states))
        self.roots = {"timeline": self.figure.layout}
        self.frame: Timeline | None = None
        self.child: pd.DataFrame | None = None

    def show(self, answer: Answer, look: Look) -> Fragments:
        """The record's window, or the whole run; rungs are those of the what-if where there is one."""
        first, last = window(answer.scenario)
        look.whole_run = look.whole_run or not first <= date_of(answer, look) <= last
        frame = timeline(answer.run(answer.shown), answer.scenario, full=look.whole_run)
        self.child = None
        if answer.child is not None:
            self.child = frame.tension
            parent = timeline(answer.run(answer.parent), answer.scenario, full=look.whole_run)
            frame = replace(frame, tension=parent.tension)
        self.frame = frame
        self.figure.show(frame, self.child, "with the what-if" if answer.child is not None else "as it was")
        self.figure.name(frame.words.alt)
        self.figure.day(date_of(answer, look))
        return self._words(answer, look, frame)

    def _words(self, answer: Answer, look: Look, frame: Timeline) -> Fragments:
        who = {"assisted": "governments deciding", "free": "nothing scripted"}[answer.view.mode]
        sub = f"Recorded steps; tension and rungs of {answer.worlds:,} worlds, {who} from {day_words(answer.start)}"
        buttons = [("Whole run", "whole", "run", look.whole_run)]
        table = data(frame) if self.child is None else pd.concat([data(frame), what_if_rows(self.child)])
        return {
            "timeline-head": part(
                "head", id="timeline", title=frame.words.title, sub=sub, figure="timeline", open="timeline" in look.tables, buttons=buttons
            ),
            "timeline-key": part(
                "key", marks=[_mark(answer, mark) for mark in frame.marks], branch=answer.child is not None, left_out=len(frame.left_out)
            ),
            "timeline-data": data_part(look, "timeline", "Timeline", table),
        }

    def day(self, answer: Answer, look: Look) -> Fragments:
        """Move the line; a day outside the window opens the whole run."""
        first, last = window(answer.scenario)
        if not look.whole_run and not first <= date_of(answer, look) <= last:
            look.whole_run = True
            return self.show(answer, look)
        self.figure.day(date_of(answer, look))
        return {}

    def paint(self) -> None:
        """Marks and strips have their colours in their data."""
        self.figure.paint()


def what_if_rows(child: pd.DataFrame) -> pd.DataFrame:
    """The what-if's tension, in the columns of the figure's data."""
    rows = child.melt(id_vars="date", value_vars=["q05", "q25", "q50", "q75", "q95"], var_name="series", value_name="value")
    return rows.assign(panel="tension with the what-if")[["panel", "date", "series", "value"]]


def _mark(answer: Answer, mark: Mark) -> dict[str, object]:
    states = list(answer.scenario.states)
    who = "" if len(mark.lanes) > 1 else ("first", "second")[states.index(mark.lanes[0])] if mark.lanes[0] in states else "others"
    return {"day": answer.scenario.day_of(mark.date), "date": day_short(mark.date), "words": mark.words, "deaths": " ".join(mark.deaths), "who": who}
