"""Build of the optional compiled kernels; everything else stands in pyproject.toml."""

import sys

from setuptools import Extension, setup

flags = [] if sys.platform == "win32" else ["-O3", "-ffp-contract=off", "-fno-math-errno"]

setup(
    ext_modules=[
        Extension(
            "westward.eeg.signal._kernels",
            sources=["src/westward/eeg/signal/_kernels.c"],
            extra_compile_args=flags,
            optional=True,  # without a compiler the NumPy/SciPy forms are used: slower, the same numbers
        )
    ]
)
