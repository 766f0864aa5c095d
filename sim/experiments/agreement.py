"""Whether independent ensembles agree, and what their chains are worth.

R-hat is taken across ensembles, each of them one chain (Vehtari et al. 2021): walkers of one ensemble know each other, so
agreement among them proves little.
"""

import arviz
import emcee
import numpy as np

from sim.worlds import Array


def r_hat(vectors: Array) -> Array:
    """R-hat across ensembles by parameter, by ranks and split; near 1 where they agree. `vectors`: (ensembles, steps, walkers, parameters)."""
    chains = vectors.reshape(vectors.shape[0], -1, vectors.shape[-1])
    return np.array([float(arviz.rhat(chains[..., number])) for number in range(vectors.shape[-1])])


def autocorrelation(vectors: Array) -> Array:
    """Steps until a walker has forgotten where it was, by parameter, mean over ensembles; one that never moved never forgets."""
    found = []
    for chain in vectors:
        moved = (chain != chain[0]).any(axis=(0, 2))
        times = emcee.autocorr.integrated_time(chain[:, moved], tol=0, quiet=True) if moved.any() else np.full(chain.shape[2], float(len(chain)))
        found.append(moved.mean() * times + (1.0 - moved.mean()) * len(chain))
    return np.asarray(np.mean(found, axis=0))


def effective_draws(r_hats: Array, ensembles: int) -> float:
    """Independent draws that all chains together are worth, read off how far the ensembles' halves lie apart, on average over parameters.

    R-hat squared less 1 is the variance of the halves' means over that within them. Chains much shorter than fifty times
    the autocorrelation tell this better than they tell the autocorrelation itself.
    """
    return float(2 * ensembles / np.mean(np.maximum(r_hats**2 - 1.0, 1e-9)))
