"""`nlu/domain.yml`: the intents and entities of the training data, as `rasa data validate` wants them listed."""

from __future__ import annotations

from bot.rasa.training import data
from nlu.training_data import read_yaml

_HEAD = """version: "3.1"

# Written by `roundsman rasa domain` from the training data; a test says when it no longer fits.
"""


def text() -> str:
    """What the file should hold."""
    read = [read_yaml(path) for path in sorted(data().glob("*.yml"))]
    intents = sorted({each.intent for one in read for each in one.examples})
    entities = sorted({span.entity for one in read for each in one.examples for span in each.spans})
    wanted = "\n".join(f"    - intent: {each}" for each in intents)
    return (
        f"{_HEAD}\nintents:\n{_listed(intents)}\nentities:\n{_listed(entities)}\n"
        "# Rasa understands and does nothing; whatever is wanted, Roundsman does it.\n"
        f"rules:\n- rule: only listen\n  steps:\n  - or:\n{wanted}\n  - action: action_listen\n"
    )


def _listed(names: list[str]) -> str:
    return "".join(f"- {each}\n" for each in names)
