"""Whole turns a second of the Rasa stack and of Roundsman, in one run, with the same conversation.

The stack is a Rasa server with DIET, rules and the REST channel, and Roundsman as its action server; each client says what
`turns` has its clients say. The assistant knows little more than these sentences, so that Rasa has it as easy as can be.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.clock import new_id, now
from nlu.config import DATA
from nlu.training_data import read_folder
from storage.database import Database
from storage.keys import ApiKey, hashed
from tests.bench.figures import Figure
from tests.bench.rasa import RECOMMENDED
from tests.bench.turns import ROUND, Result, data, encoder_built, load_of, openings, serving_of
from tests.rasa import NoRasa, executable, rasa_says, run_rasa
from tests.serving import Serving, cpu_seconds_of

CLIENTS = 16
#: Examples of each intent beside what the clients say.
_EXAMPLES = 30
#: What our intents are to the assistant.
_INTENTS = {
    "track_order": "track",
    "reschedule_delivery": "move",
    "check_stock": "tell",
    "thank": "tell",
    "greet": "tell",
}
_ACTIONS = {
    "track": "action_track_order",
    "move": "action_reschedule_delivery",
    "tell": "action_roundsman",
    "roundsman": "action_roundsman",
}
_SAID = {"track": (ROUND[0], ROUND[3]), "move": (ROUND[4],), "tell": (ROUND[1], ROUND[2], ROUND[6], "10115", "80331")}


def figures(seconds: float) -> list[Figure]:
    """Turns a second of both, and how many times as many ours are."""
    try:
        executable()
    except NoRasa as reason:
        return [Figure("Rasa server and action server", f"not measured: {reason}")]
    with (
        data() as folder,
        serving_of(folder, encoder=encoder_built()) as serving,
        tempfile.TemporaryDirectory(prefix="rasa-bench-") as made,
    ):
        opened = openings(folder, 2 * CLIENTS)
        ours = load_of(serving.url, opened[:CLIENTS], seconds, serving.cpu_seconds)
        theirs = _load_of_stack(serving, Path(made), opened[CLIENTS:], seconds)
    times = (ours.turns / ours.seconds) / (theirs.turns / theirs.seconds)
    return [
        Figure(f"Roundsman, {CLIENTS} clients", ours.text),
        Figure(f"Rasa server and action server, {CLIENTS} clients", theirs.text),
        Figure("times as many turns a second", f"{times:.1f}", "8"),
    ]


def _load_of_stack(serving: Serving, folder: Path, opened: list[tuple[str, str]], seconds: float) -> Result:
    key = new_id() + new_id()
    with Database(serving.database_url or f"sqlite:///{serving.folder / 'roundsman.db'}").writing() as session:
        session.add(ApiKey(name="bench", hash=hashed(key), created_at=now() - timedelta(minutes=1)))
    _write(folder, f"{serving.url}/rasa/actions/webhook", key)
    rasa_says(folder, "train", "--quiet")
    with run_rasa(folder, "--endpoints", "endpoints.yml", "--credentials", "credentials.yml") as rasa:
        return load_of(rasa.url, opened, seconds, lambda: serving.cpu_seconds() + cpu_seconds_of(rasa.process.pid))


def _write(folder: Path, actions: str, key: str) -> None:
    """The files of the assistant."""
    examples: dict[str, list[str]] = {name: [each for each in said if each] for name, said in _SAID.items()}
    for each in read_folder(DATA, "en")["customer"].examples:
        name = _INTENTS.get(each.intent)
        if name is not None and len(examples[name]) < _EXAMPLES:
            examples[name].append(each.text)
    examples["track"] += [f"where is [RM-{number}](order)" for number in range(10_400, 10_430)]
    examples["roundsman"] = ["roundsman please", "ask roundsman"]
    files: dict[str, Any] = {
        "config.yml": {
            "recipe": "default.v1",
            "assistant_id": "bench",
            "language": "en",
            "pipeline": RECOMMENDED,
            "policies": [{"name": "RulePolicy", "core_fallback_action_name": "action_roundsman"}],
        },
        "domain.yml": {
            "intents": [*_ACTIONS],
            "entities": ["order", "button"],
            "slots": {
                "order": {
                    "type": "text",
                    "influence_conversation": False,
                    "mappings": [{"type": "from_entity", "entity": "order"}],
                }
            },
            "actions": sorted({*_ACTIONS.values()}),
            "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
        },
        "data/nlu.yml": {
            "nlu": [
                *(
                    {"intent": name, "examples": "".join(f"- {each}\n" for each in said)}
                    for name, said in examples.items()
                ),
                {"regex": "order", "examples": "- RM-\\d+\n"},
            ]
        },
        "data/rules.yml": {
            "rules": [
                {"rule": name, "steps": [{"intent": name}, {"action": action}]} for name, action in _ACTIONS.items()
            ]
            + [{"rule": "unsure", "steps": [{"intent": "nlu_fallback"}, {"action": "action_roundsman"}]}]
        },
        "endpoints.yml": {"action_endpoint": {"url": actions, "headers": {"X-API-Key": key}}},
        "credentials.yml": {"rest": None},
    }
    (folder / "data").mkdir()
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump({"version": "3.1", **content} if "data" in name else content))
