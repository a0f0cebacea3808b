"""The same networks solved with scipy: assemble A V A^T, factor with SuperLU (symmetric minimum degree), solve, x = y - V A^T lambda.

Reads one JSON document {"nodes", "from", "to", "y", "sigma", "repeats"} per line (node -1 is outside), answers with one line of seconds.
"""
import json
import sys
import time

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sl

for line in sys.stdin:
    problem = json.loads(line)
    m = problem["nodes"]
    tail = np.array(problem["from"])
    head = np.array(problem["to"])
    y = np.array(problem["y"])
    variance = np.array(problem["sigma"]) ** 2
    n = len(y)
    times = []
    for _ in range(problem["repeats"]):
        begin = time.perf_counter()
        edges = np.arange(n)
        leaves = tail >= 0
        enters = head >= 0
        a = sp.csc_matrix(
            (
                np.concatenate([-np.ones(leaves.sum()), np.ones(enters.sum())]),
                (np.concatenate([tail[leaves], head[enters]]), np.concatenate([edges[leaves], edges[enters]])),
            ),
            shape=(m, n),
        )
        s = (a @ sp.diags(variance) @ a.T).tocsc()
        lu = sl.splu(s, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=dict(SymmetricMode=True))
        multipliers = lu.solve(a @ y)
        x = y - variance * (a.T @ multipliers)
        times.append(time.perf_counter() - begin)
    print(json.dumps({"seconds": sorted(times)[len(times) // 2], "sum": float(x.sum())}), flush=True)
