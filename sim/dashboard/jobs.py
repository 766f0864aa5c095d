"""Threads in which pages wait for what is run elsewhere, or work out what takes a moment."""

import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from sim.dashboard.ground import Ground
from sim.dashboard.view import View, points_of
from sim.model import Crisis

THREADS = 8


def _tell(done: Future[None]) -> None:
    """Print what went wrong where the program runs."""
    if not done.cancelled() and (error := done.exception()) is not None:
        traceback.print_exception(error)


class Jobs:
    """Runs work in threads; a failure of ours is printed where the program runs."""

    def __init__(self, threads: int = THREADS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="worlds")

    def run(self, work: Callable[[], None]) -> Future[None]:
        """Do some work as soon as a thread is free."""
        future = self._pool.submit(work)
        future.add_done_callback(_tell)
        return future

    @staticmethod
    def check(ground: Ground, view: View) -> None:
        """Refuse what cannot be run before anybody waits for it; raises ScenarioError."""
        parent, child, _ = points_of(view, ground.scenario)
        Crisis(ground.scenario, points=[parent] if child is None else [parent, child])

    def end(self) -> None:
        """No more work."""
        self._pool.shutdown(wait=False, cancel_futures=True)
