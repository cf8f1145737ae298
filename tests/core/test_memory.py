"""Giving memory back."""

import sys
from pathlib import Path

import numpy as np
import pytest

from westward.core import memory


def resident_mb() -> float:
    with Path("/proc/self/status").open(encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="resident memory is read from /proc")
def test_what_is_in_use_stays_as_it_is() -> None:
    kept = [np.full(4_000, k, np.float64) for k in range(2_000)]
    freed = [np.full(4_000, k, np.float64) for k in range(2_000)]
    before = resident_mb()
    del freed
    memory.give_back()
    assert resident_mb() <= before
    assert all((x == k).all() for k, x in enumerate(kept))
