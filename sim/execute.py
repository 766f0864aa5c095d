"""Where work runs: in this process, in several on this machine, or on a Dask cluster. The bits are the same.

What is wanted of a chunk is read off where it ran, so that whole series never travel.
"""

import multiprocessing
import multiprocessing.connection
import multiprocessing.forkserver
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from sim.scenario.errors import needs, refuse
from sim.simulate import PointResult, Table

WORTH_A_WORKER = 120_000
"""Worlds times points from which starting a further process pays (measured: it costs some two seconds, about 20,000 worlds)."""
AHEAD = 2
"""Tasks handed out for each worker: one that runs, and one that waits so that none is idle."""
CLUSTER_WAIT = 30.0
"""Seconds in which a cluster must answer."""


def available_workers() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_chunk[Wanted](table: Table, read: Callable[[list[PointResult], int], Wanted], first: int, count: int) -> Wanted:
    """Run a chunk and read off what is wanted; `read` gets the results, one a point, and the number of the first world."""
    return read(table.chunk(first, count), first)


def over_chunks[Wanted](
    table: Table, worlds: int, read: Callable[[list[PointResult], int], Wanted], *, first: int = 0, workers: int | None = None
) -> Iterator[Wanted]:
    """What is wanted of every chunk, in the order of worlds; `read` must be a function that other processes can find."""
    chunks = list(table.chunks(worlds, first))
    if workers is None:
        workers = available_workers() if worlds * len(table.points) >= WORTH_A_WORKER else 1
    if workers == 1 or len(chunks) == 1:
        yield from (run_chunk(table, read, start, count) for start, count in chunks)
        return
    with local(min(workers, len(chunks))) as pool:
        waiting = [pool.submit(run_chunk, table, read, start, count) for start, count in chunks]
        yield from (future.result() for future in waiting)


def over_jobs[Job, Wanted](work: Callable[[Job], Wanted], jobs: Sequence[Job], workers: int = 1) -> Iterator[Wanted]:
    """What comes of every job, in their order; `work` must be a function that other processes can find."""
    if workers == 1 or len(jobs) == 1:
        yield from map(work, jobs)
        return
    with local(min(workers, len(jobs))) as pool:
        yield from pool.map(work, jobs)


def in_any_order[Wanted](pool: Executor | None, workers: int, do: Callable[..., Wanted], tasks: Iterable[tuple[Any, ...]]) -> Iterator[Wanted]:
    """What every task gives, whichever is ready first; a few are handed out at a time, so that memory stays flat. No pool: here, one by one."""
    if pool is None:
        yield from (do(*task) for task in tasks)
        return
    remaining = iter(tasks)
    waiting: set[Future[Wanted]] = set()
    while True:
        for task in remaining:
            waiting.add(pool.submit(do, *task))
            if len(waiting) >= AHEAD * workers:
                break
        if not waiting:
            return
        ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in sorted(ready, key=id):
            yield future.result()


@contextmanager
def local(workers: int) -> Iterator[Executor]:
    """Processes on this machine. They leave Ctrl-C to this one, and end when it ends, however it ends."""
    context = multiprocessing.get_context("forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn")
    with _on(signal.SIGINT, signal.SIG_IGN):
        # What is ignored when it is started stays so in it: its imports take a while.
        if context.get_start_method() == "forkserver":
            context.set_forkserver_preload(["sim.parts"])
            multiprocessing.forkserver.ensure_running()
    pressed: list[int] = []
    with _on(signal.SIGINT, lambda number, _: pressed.append(number)):
        # A worker that is stopped before it is known could not be ended.
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_settle_in)
        wait([pool.submit(os.getpid) for _ in range(workers)])
    if pressed:
        _end(pool)
        raise KeyboardInterrupt
    # A word to a worker that is gone is an error to be told, and not the end of this process.
    with _on(signal.SIGPIPE, signal.SIG_IGN):
        try:
            yield pool
        except BaseException:
            # What is under way is of no use any more: waiting for it would hold up who stopped it.
            _end(pool)
            raise
        pool.shutdown()


@contextmanager
def _on(number: signal.Signals, handler: Any) -> Iterator[None]:
    """What a signal does for a while; only the main thread can say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def _settle_in() -> None:
    """A worker's first act."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _end(pool: ProcessPoolExecutor) -> None:
    workers = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join()


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """A Dask cluster by the address of its scheduler, as an executor, and how many workers it has; raises ScenarioError where there is none."""
    try:
        import distributed
    except ImportError:
        raise needs("cluster", "Dask", "--cluster", address) from None
    client_of: Any = distributed.Client
    try:
        client = client_of(address, timeout=CLUSTER_WAIT)
    except (OSError, ValueError) as error:
        raise refuse("", f"must be the address of a Dask scheduler that answers ({error})", field="--cluster", value=address) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise refuse("", "must be that of a cluster with workers; this one has none yet", field="--cluster", value=address)
        yield client.get_executor(pure=False), threads
