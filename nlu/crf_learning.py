"""``python crf_learning.py``: trains a random field on what standard input says and writes it to standard output.

A program of its own because CRFsuite holds Python's lock while it learns: so other models are read meanwhile. Standard input
is JSON, a line for each message: a list of its tokens' features and a list of their labels.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pycrfsuite


def main() -> None:
    """Learn (L-BFGS with both norms) and write. CRFsuite wants a file, which is gone afterwards, whoever ends this."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with TemporaryDirectory(prefix="roundsman-crf-") as folder:
        path = Path(folder) / "model"
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params({"c1": 0.05, "c2": 0.05, "max_iterations": 40, "feature.possible_transitions": False})
        for line in sys.stdin:
            trainer.append(*json.loads(line))
        trainer.train(str(path))
        model = path.read_bytes()
    sys.stdout.buffer.write(model)


if __name__ == "__main__":
    main()
