"""Puts one user's page together: a session, its figures in their places, and the line on which page and program talk."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import panel as pn
from bokeh.io import curdoc
from markupsafe import Markup
from panel.custom import JSComponent

from sim.dashboard.acts import Page
from sim.dashboard.address import KEY
from sim.dashboard.parts import ASSETS, asset, part
from sim.dashboard.session import KEYS

if TYPE_CHECKING:
    from sim.dashboard.serve import House

LONGEST_ADDRESS = 8000


class Bridge(JSComponent):  # type: ignore[misc] # Panel's annotations are left out
    """The line between page and program: messages both ways, nothing to see."""

    _esm = "export function render({ model }) { window.taftan.connect(model); }"

    session: Page | None = None

    def _handle_msg(self, data: Any) -> None:
        session = self.session
        if session is not None and isinstance(data, dict):
            # On the next tick, when the document may be changed.
            session.later(lambda: session.receive(data))


def page(house: "House", name: str) -> pn.Template:
    """A new user's page."""
    ground = house.ground(name)
    asked = pn.state.session_args.get(KEY, [b""])[0].decode("ascii", "replace")[:LONGEST_ADDRESS]
    session = Page(ground, house.jobs, asked)
    if strange := [name for name in pn.state.session_args if name != KEY and not name.startswith("bokeh")]:
        session.notify("Not all of this link was understood; the rest is shown.", strange)
    fragments = session.begin()
    fragments["dialogs"] = part("dialogs", share="", files=Markup(fragments.pop("files")), keys=KEYS)
    template = pn.Template((ASSETS / "page.html").read_text(encoding="utf-8"))
    bridge = Bridge()
    bridge.session = session
    template.add_panel("bridge", bridge)
    places = session.roots
    for place, figure in places.items():
        template.add_panel(place, pn.pane.Bokeh(figure, sizing_mode="stretch_width"))
    scenario = ground.scenario
    dates = " ".join(scenario.date_of(day).isoformat() for day in range(scenario.days))
    words = {"scenario": scenario, "fragments": {key.replace("-", "_"): value for key, value in fragments.items()}, "day": session.look.day}
    for key, value in (
        words | {"dates": dates, "crises": house.titles, "places": list(places), "css": asset("app.css"), "js": asset("app.js") + asset("guess.js")}
    ).items():
        template.add_variable(key, value)
    talk(session, bridge)
    return template


def talk(session: Page, bridge: Bridge) -> None:
    """Let the session speak to its own page, from whichever thread."""
    document = curdoc()

    def later(call: Callable[[], None]) -> None:
        document.add_next_tick_callback(call)

    def send(message: dict[str, Any]) -> None:
        bridge._send_msg(message)

    session.send, session.later = send, later
    document.on_session_destroyed(lambda context: session.end())
