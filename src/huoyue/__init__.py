"""Huoyue (活跃度): evaluate the members of a network each year, from one scheme file."""

import os

# Our matrices are a few hundred wide: threads of OpenBLAS bring nothing and, where other work has the processors, wait
# for one another. The evaluation of the example round took 1.4 s without and 3 to 9 s with them on two busy cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.2.0"
