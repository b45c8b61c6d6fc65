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
    """Learn (passive-aggressive, averaged: Crammer et al., 2006) and write: as good as L-BFGS, in a fifth of the time.
    CRFsuite wants a file, which is gone afterwards, whoever ends this."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])  # until it is sure that the folder goes
    with TemporaryDirectory(prefix="roundsman-crf-") as folder:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        path = Path(folder) / "model"
        trainer = pycrfsuite.Trainer(algorithm="pa", verbose=False)
        trainer.set_params({"max_iterations": 10, "feature.possible_transitions": False})
        for line in sys.stdin:
            trainer.append(*json.loads(line))
        trainer.train(str(path))
        model = path.read_bytes()
    sys.stdout.buffer.write(model)


if __name__ == "__main__":
    main()
