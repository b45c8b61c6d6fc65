"""Synonyms of Rasa's training files give entities their values."""

from __future__ import annotations

from pathlib import Path

from nlu import cache, lists
from nlu.concepts import Concepts
from nlu.config import DATA
from nlu.embedded import Embedded
from nlu.training_data import read_yaml
from tests.unit.nlu.conftest import BERLIN, NOW

FILE = """
version: "3.1"
nlu:
  - intent: weather
    examples: |
      - is it cold in [Rome](city)
      - rain in [Paris](city) today
      - how warm is it in [nyc](city)
      - will it snow in [the big apple]{"entity": "city", "value": "New York"}
      - weather in [Paris](city) please
      - sun in [Rome](city)
  - intent: music
    examples: |
      - play some jazz
      - louder
      - next song
      - stop the song
  - synonym: New York
    examples: |
      - NYC
      - New York City
"""


def test_synonyms_and_annotated_values_are_the_values_of_entities(tmp_path: Path) -> None:
    path = tmp_path / "weather.yml"
    path.write_text(FILE)
    engine = Embedded.load(training=read_yaml(path))

    def cities(text: str, asked: Embedded = engine) -> list[tuple[str, object]]:
        found = asked.parse(text, "customer", NOW, BERLIN).entities
        return [(one.text, one.value) for one in found if one.kind == "city"]

    assert cities("how warm is it in nyc") == [("nyc", "New York")]
    assert cities("how warm is it in NYC") == [("NYC", "New York")]
    assert cities("will it snow in the big apple") == [("the big apple", "New York")]
    assert cities("is it cold in Rome") == [("Rome", "Rome")]
    words = lists.read(DATA, "en")
    model = engine._trained["en"]["customer"]
    cache.save(model, tmp_path / "model.npz")
    again = cache.load(tmp_path / "model.npz", Concepts(words.concepts, words.language), lists.lexicon(words))
    assert again is not None
    assert again.synonyms == model.synonyms
