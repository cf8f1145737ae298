"""Settings shared by all tests."""

import gc
import os

from hypothesis import settings

# The same examples in every run and no limit of time, so that a slow machine fails nothing.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("explore" if os.environ.get("WESTWARD_EXPLORE") else "steady")


def pytest_collection_finish() -> None:
    """What was imported lives to the end: a full garbage collection, each tenth of a second long, may pass it by."""
    gc.collect()
    gc.freeze()
