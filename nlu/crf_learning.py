"""``python crf_learning.py PATH``: trains a random field on what standard input says and writes it to PATH.

A program of its own because CRFsuite holds Python's lock while it learns: so other models are read meanwhile. Standard input
is JSON, a line for each message: a list of its tokens' features and a list of their labels.
"""

from __future__ import annotations

import json
import sys

import pycrfsuite


def main(path: str) -> None:
    """Learn (L-BFGS with both norms) and write."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.05, "c2": 0.05, "max_iterations": 40, "feature.possible_transitions": False})
    for line in sys.stdin:
        trainer.append(*json.loads(line))
    trainer.train(path)


if __name__ == "__main__":
    main(sys.argv[1])
