"""Random streams keyed by what they are for, so that no draw depends on the order of work."""

from __future__ import annotations

import hashlib

import numpy as np


def generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """A counter-based stream for one purpose, such as ``generator(7, "background", "delta", 12)``.

    Streams of different purposes are independent; the same seed and purpose always give the same numbers.
    """
    digest = hashlib.blake2b(repr((int(seed), *purpose)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=np.frombuffer(digest, np.uint64)))


def stream_seed(seed: int, name: str) -> int:
    """A master seed of its own for one named thing, so that recordings of one seed do not share events."""
    return int.from_bytes(hashlib.blake2b(f"{int(seed)}/{name}".encode(), digest_size=7).digest(), "big")
