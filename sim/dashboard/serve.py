"""The server: on this machine alone, one page a crisis, nothing fetched from elsewhere."""

import logging
import signal
import socket
import warnings
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

import panel as pn
from bokeh.server.server import Server
from tornado.web import RequestHandler

from sim.dashboard.answer import answer
from sim.dashboard.engine import PROCESSES, Engine, Ticket
from sim.dashboard.ground import Ground
from sim.dashboard.jobs import Jobs
from sim.dashboard.page import page
from sim.dashboard.rooms import Rooms
from sim.dashboard.seat import seat_page
from sim.dashboard.view import ALL, View
from sim.execute import local
from sim.scenario.errors import refuse
from sim.scenario.load import load, names
from sim.scenario.schema import Scenario

ADDRESS = "127.0.0.1"


@dataclass
class House:
    """What all pages share: the engine, the threads, the crises."""

    default: Scenario
    engine: Engine
    jobs: Jobs = field(default_factory=Jobs)
    rooms: Rooms = field(default_factory=Rooms)
    _grounds: dict[str, Ground] = field(default_factory=dict)

    def ground(self, name: str) -> Ground:
        """A crisis by name, loaded when it is first asked for."""
        if name not in self._grounds:
            self._grounds[name] = Ground(self.default if name == self.default.name else load(name), self.engine)
        return self._grounds[name]

    @cached_property
    def titles(self) -> list[tuple[str, str]]:
        """Names and titles of the crises."""
        return [(name, self.ground(name).scenario.title) for name in self.crises]

    @cached_property
    def crises(self) -> list[str]:
        """The crises that have a page: the default first, then those whose record goes on after its first day."""
        others = (name for name in names() if name != self.default.name)
        return [self.default.name, *(name for name in others if len({event.date for event in self.ground(name).scenario.history}) > 1)]


class Nowhere(RequestHandler):
    """An address at which there is nothing: says so, and leads back."""

    def prepare(self) -> None:
        """Answer whatever is asked."""
        self.set_status(404)
        self.finish('<!doctype html><title>Taftan</title><p>There is no such page. <a href="/">To the crisis</a></p>')


def make_server(house: House, port: int) -> Server:
    """A server for a crisis (and, under their names, all others), ready to be started; what its first page shows is run already."""
    quiet()
    pn.extension()
    answer(house.ground(house.default.name), View(house.default.name), ALL, Ticket(), here=True)
    pages = {f"/{name}": app(house, name) for name in house.crises}
    apps = {"/": app(house, house.default.name), "/play": lambda: seat_page(house, house.default), **pages}
    return pn.io.server.get_server(
        apps,
        port=port,
        address=ADDRESS,
        show=False,
        start=False,
        title="Taftan",
        admin=False,
        websocket_origin=origins(port),
        default_handler_class=Nowhere,
    )


def run_cards(house: House) -> None:
    """Run what the cards of the first crisis ask before anybody does, one after the other, in the processes that wait anyway."""
    ground = house.ground(house.default.name)
    for name in ground.cards:
        answer(ground, View(ground.scenario.name, what=name), ALL, Ticket())


def app(house: House, name: str) -> Callable[[], pn.Template]:
    """What makes a new user's page of a crisis; the server takes nothing but plain functions."""

    def made() -> pn.Template:
        return page(house, name)

    return made


def origins(port: int) -> list[str]:
    """From where a page may talk to the server: from this machine's own addresses."""
    return [f"{host}:{port}" for host in (ADDRESS, "localhost")]


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        return int(taken.getsockname()[1])


def quiet() -> None:
    """Only what is wrong is told in the window in which the program runs."""
    logging.getLogger("bokeh").setLevel(logging.ERROR)
    logging.getLogger("tornado").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="bokeh|panel|param")


def serve(scenario: Scenario, port: int, browser: bool) -> None:
    """Serve until it is stopped with Ctrl-C."""
    port = port or free_port()
    with local(PROCESSES) as pool:
        _serve(House(scenario, Engine(pool)), port, browser)


def _serve(house: House, port: int, browser: bool) -> None:
    try:
        server = make_server(house, port)
    except OSError as error:
        raise refuse("", f"a port that is free ({error.strerror or error}); --port 0 takes one", field="--port", value=port) from None
    # A page that is closed while something is sent to it must not end the program.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    server.start()
    house.jobs.run(partial(run_cards, house))
    url = f"http://{ADDRESS}:{port}/"
    print(f"The dashboard is at {url} (on this machine only; Ctrl-C ends it)", flush=True)
    if browser:
        webbrowser.open(url)
    server.run_until_shutdown()
    house.jobs.end()
    house.engine.end()
