"""Rasa, measured beside the embedded engine: DIET with the pipeline Rasa recommends, trained and asked as its users do.

Data: ``ROUNDSMAN_NLU_DATA``, a folder with a folder for each set of train.jsonl, test.jsonl and, where there are any,
test_typo.jsonl, test_newval.jsonl, oos.jsonl and oos_near.jsonl (`nlu.training_data.read_jsonl`).
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from bot.rasa import environment
from bot.rasa.client import RasaClient
from domain.meaning import OUT_OF_SCOPE, Entity, Meaning
from nlu.opinion import Opinion
from nlu.quality import Quality, measure
from nlu.training_data import Example, read_jsonl
from tests.bench.figures import Figure, p50_p99
from tests.rasa import NoRasa, Rasa, executable, serve_model
from tests.serving import resident_mb

DATA = "ROUNDSMAN_NLU_DATA"
TOKEN = "bench"
#: https://legacy-docs-oss.rasa.com/docs/rasa/tuning-your-model/#how-to-choose-a-pipeline, as `rasa init` writes it.
RECOMMENDED: list[dict[str, object]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True, "random_seed": 7},
    {"name": "EntitySynonymMapper"},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
]


def figures(_seconds: float) -> list[Figure]:
    """Quality, speed, memory and training of Rasa on every set."""
    if not os.environ.get(DATA):
        return [Figure("Rasa DIET", f"not measured: {DATA} names no folder")]
    try:
        executable()
    except NoRasa as reason:
        return [Figure("Rasa DIET", f"not measured: {reason}")]
    found: list[Figure] = []
    for place in sorted(Path(os.environ[DATA]).iterdir()):
        if (place / "train.jsonl").is_file():
            found += _of_set(place)
    return found


def _of_set(place: Path) -> list[Figure]:
    name = f"Rasa DIET, {place.name}"
    with tempfile.TemporaryDirectory(prefix="rasa-bench-") as made:
        folder = Path(made)
        trained = train(read_jsonl(place / "train.jsonl").examples, folder)
        with asked(trained.model, folder) as (rasa, client, ready):
            test = read_jsonl(place / "test.jsonl").examples
            client.parse("warm up")
            seconds: list[float] = []
            meanings = [ask(client, each.text, seconds) for each in test]
            rows = [Figure(f"{name}: test", quality_text(measure(test, meanings)))]
            for other in ("test_typo", "test_newval"):
                if (place / f"{other}.jsonl").is_file():
                    examples = read_jsonl(place / f"{other}.jsonl").examples
                    told = [ask(client, each.text) for each in examples]
                    rows.append(Figure(f"{name}: {other}", quality_text(measure(examples, told))))
            for other in ("oos", "oos_near"):
                if (place / f"{other}.jsonl").is_file():
                    outside = [replace(e, intent=OUT_OF_SCOPE) for e in read_jsonl(place / f"{other}.jsonl").examples]
                    both = measure([*test, *outside], [*meanings, *(ask(client, each.text) for each in outside)])
                    rows.append(Figure(f"{name}: {other} caught at 5 % false rejection", f"{both.oos_at_5 or 0:.3f}"))
            rows.append(Figure(f"{name}: parse over HTTP", p50_p99(seconds)))
            rows.append(Figure(f"{name}: resident memory of the server", f"{resident_mb(rasa.process.pid):.0f} MB"))
        rows.append(Figure(f"{name}: start to ready", f"{ready:.1f} s"))
        rows.append(Figure(f"{name}: training", f"{trained.seconds:.0f} s ({trained.cpu:.0f} s CPU)"))
    return rows


@dataclass(frozen=True)
class Trained:
    """A model, and the seconds and processor seconds it took."""

    model: Path
    seconds: float
    cpu: float


def train(examples: Sequence[Example], folder: Path) -> Trained:
    """Rasa's own training of ``examples`` with the recommended pipeline, files in ``folder``."""
    rows = [
        {
            "text": each.text,
            "intent": each.intent,
            "entities": [
                {"entity": s.entity, "start": s.start, "end": s.end, "value": each.text[s.start : s.end]}
                for s in each.spans
            ],
        }
        for each in examples
    ]
    (folder / "nlu.json").write_text(json.dumps({"rasa_nlu_data": {"common_examples": rows}}))
    config = {"recipe": "default.v1", "assistant_id": "bench", "language": "en", "pipeline": RECOMMENDED}
    (folder / "config.yml").write_text(yaml.safe_dump(config))
    command = [str(executable()), "train", "nlu", "--nlu", "nlu.json", "--out", ".", "--fixed-model-name", "nlu"]
    began, used = time.perf_counter(), _children()
    done = subprocess.run(
        command, cwd=folder, env=dict(environment.variables()), capture_output=True, check=False, timeout=7200
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-3000:]
    return Trained(folder / "nlu.tar.gz", time.perf_counter() - began, _children() - used)


@contextmanager
def asked(model: Path, folder: Path) -> Iterator[tuple[Rasa, RasaClient, float]]:
    """A server of ``model``, who asks it, and the seconds until it was ready."""
    began = time.perf_counter()
    with serve_model(model, folder, TOKEN) as rasa:
        ready = time.perf_counter() - began
        client = RasaClient(rasa.url, TOKEN, 60)
        try:
            yield rasa, client, ready
        finally:
            client.close()


def ask(client: RasaClient, text: str, seconds: list[float] | None = None) -> Meaning:
    """What Rasa makes of ``text``, its own entities and the intents without its fallback."""
    began = time.perf_counter()
    answer = client.parse(text)
    if seconds is not None:
        seconds.append(time.perf_counter() - began)
    opinion = Opinion.of(answer, text, "rasa")
    known = sorted(((n, s) for n, s in opinion.shares.items() if n != "nlu_fallback"), key=lambda one: -one[1])
    marked = [Entity(m.kind, text[m.start : m.end], m.start, m.end, text[m.start : m.end]) for m in opinion.marked]
    return Meaning(text, tuple(known), tuple(marked), "rasa")


def quality_text(quality: Quality) -> str:
    """Accuracy and entity F1 in one line."""
    entities = "" if quality.entity_f1 is None else f", entity F1 {quality.entity_f1:.3f}"
    return f"accuracy {quality.accuracy or 0:.3f}{entities} ({quality.messages} messages)"


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
