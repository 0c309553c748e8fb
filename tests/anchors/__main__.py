"""`python -m tests.anchors`: record PyTorch's numbers anew (needs torch; `make anchors` sees to
it).
"""

from pathlib import Path

import numpy as np

from .networks import NETWORKS, record

for name in NETWORKS:
    path = Path(__file__).with_name(f"{name}.npz")
    np.savez_compressed(path, allow_pickle=False, **record(name))
    print(f"recorded {path.name}")
