"""Build of the optional compiled kernels; everything else stands in pyproject.toml.

One source, compiled once per level of processor; ``westward.eeg.signal.kernels`` chooses at run time. Without a
compiler (or with one that lacks vector extensions or a level) the NumPy/SciPy forms are used: slower, the same
numbers.
"""

import platform
import sys
from pathlib import Path

from setuptools import Extension, setup

NATIVE = "src/westward/eeg/signal/native"
BASE = ["-O3", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math"]  # NaN stays NaN: never -ffast-math
LEVELS = {"baseline": []}
if platform.machine().lower() in ("x86_64", "amd64"):
    LEVELS["avx2"] = ["-mavx2", "-mfma"]
    LEVELS["avx512"] = [
        "-mavx512f", "-mavx512dq", "-mavx512vl", "-mavx512bw", "-mavx2", "-mfma", "-mprefer-vector-width=512",
    ]  # fmt: skip

setup(
    ext_modules=[
        Extension(
            "westward.eeg.signal._kernels" + ("" if level == "baseline" else f"_{level}"),
            sources=[f"{NATIVE}/{level}.c"],
            depends=sorted(path.as_posix() for path in Path(NATIVE).glob("*.h")),
            extra_compile_args=[] if sys.platform == "win32" else BASE + flags,
            optional=True,
        )
        for level, flags in LEVELS.items()
    ]
)
