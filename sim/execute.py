"""Where chunks run: in this process, or in several on this machine. The bits are the same.

What is wanted of a chunk is read off where it ran, so that whole series never travel.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from sim.simulate import PointResult, Table

WORTH_A_WORKER = 120_000
"""Worlds times points from which starting a further process pays (measured: it costs some two seconds, about 20,000 worlds)."""


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
    with ProcessPoolExecutor(min(workers, len(chunks)), mp_context=_context()) as pool:
        waiting = [pool.submit(run_chunk, table, read, start, count) for start, count in chunks]
        yield from (future.result() for future in waiting)


def over_jobs[Job, Wanted](work: Callable[[Job], Wanted], jobs: Sequence[Job], workers: int = 1) -> Iterator[Wanted]:
    """What comes of every job, in their order; `work` must be a function that other processes can find."""
    if workers == 1 or len(jobs) == 1:
        yield from map(work, jobs)
        return
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=_context()) as pool:
        yield from pool.map(work, jobs)


def _context() -> Any:
    return multiprocessing.get_context("forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn")
