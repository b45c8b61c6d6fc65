"""What training leaves behind: threads and garbage as they were, no files, and a plain word where it fails."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from nlu import crf
from nlu.training import learners
from nlu.training_data import TrainingDataError

LESSON = '[[["w=oak"], ["w=street"]], ["B-address", "I-address"]]'
#: Learns, and is ended in the moment in which the process that learns for it begins.
ENDED = """
import os, signal, sys
from nlu import crf
sys.addaudithook(lambda event, _: event == "subprocess.Popen" and os.kill(os.getpid(), signal.SIGTERM))
crf.train(sys.argv[1:])
"""


def blas() -> list[int]:
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


def test_trainings_that_overlap_leave_threads_and_garbage_as_they_were() -> None:
    with threadpool_limits(2, "blas"):
        before = blas()
        first, second = learners(), learners()
        first.__enter__()
        second.__enter__()
        assert (set(blas()), gc.isenabled()) == ({1}, False)
        first.__exit__(None, None, None)
        assert (set(blas()), gc.isenabled()) == ({1}, False)
        second.__exit__(None, None, None)
        assert (blas(), gc.isenabled()) == (before, True)


def test_a_field_is_learnt_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert crf.train([LESSON]).startswith(b"lCRF")
    assert list(tmp_path.iterdir()) == []


def test_a_field_that_is_not_learnt_is_told_with_its_cause() -> None:
    with pytest.raises(TrainingDataError, match="JSONDecodeError"):
        crf.train(["no lesson"])


def test_who_is_ended_while_a_field_is_learnt_leaves_no_file(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ENDED, LESSON], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False
    )
    assert ended.returncode == -signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_a_learning_process_that_is_ended_leaves_no_file(tmp_path: Path) -> None:
    command = [sys.executable, "-P", str(Path(crf.__file__).with_name("crf_learning.py"))]
    learning = subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)})
    while learning.poll() is None and not list(tmp_path.iterdir()):
        pass  # until it has begun
    learning.terminate()
    learning.communicate(timeout=30)
    assert learning.returncode == 1
    assert list(tmp_path.iterdir()) == []
