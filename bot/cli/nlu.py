"""`roundsman nlu`: understand messages, measure how well, train."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, cast

import typer

from bot.cli import nlu_teaching
from bot.cli.doing import fail
from bot.cli.encoder import app as encoder
from bot.cli.nlu_explain import explain
from bot.cli.nlu_review import review
from bot.settings import load_settings

if TYPE_CHECKING:
    from domain.meaning import Audience, Meaning
    from nlu.embedded import Embedded
    from nlu.quality import Asks, Quality
    from nlu.training_data import Example, TrainingData

app = typer.Typer(help="Understand messages: parse them, measure quality, train.", no_args_is_help=True)
app.command()(explain)
app.command()(review)
app.command()(nlu_teaching.models)
app.command()(nlu_teaching.rollback)
app.add_typer(encoder, name="encoder")

_AUDIENCES: tuple[Audience, ...] = ("customer", "driver", "staff")
_LINE_LIMIT = 1_000_000

Cache = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        help="Folder for trained models; default: nlu in the data folder.",
        envvar="ROUNDSMAN_NLU_CACHE",
        file_okay=False,
    ),
]


@app.command()
def parse(cache: Cache = None) -> None:
    """Answer JSON lines on standard input ({"text", "audience"}) with JSON lines of intents and entities.

    A line that cannot be read is named on standard error, and the exit code is then 2; all others are answered.
    """
    engines: dict[Audience, Embedded] = {}
    now, zone = datetime.now(UTC), load_settings().zone
    wrong = 0
    for number, line in enumerate(_lines(sys.stdin.buffer), start=1):
        if not line.strip():
            continue
        try:
            text, audience = _message(line)
        except ValueError as error:
            print(f"line {number}: {error}", file=sys.stderr)
            wrong += 1
            continue
        if audience not in engines:
            engines[audience] = _load(cache, audiences=(audience,))
        meaning = engines[audience].parse(text, audience, now, zone)
        sys.stdout.write(json.dumps(as_json(meaning), ensure_ascii=True) + "\n")
    sys.stdout.flush()
    if wrong:
        raise typer.Exit(2)


def as_json(meaning: Meaning) -> dict[str, Any]:
    """``meaning`` in the shape of the command's output."""
    return {
        "text": meaning.text,
        "intent": {"name": meaning.intent, "confidence": round(meaning.confidence, 6)},
        "intent_ranking": [{"name": name, "confidence": round(share, 6)} for name, share in meaning.intents],
        "entities": [
            {
                "entity": one.kind,
                "value": one.value,
                "start": one.start,
                "end": one.end,
                "confidence": round(one.confidence, 6),
            }
            for one in meaning.entities
        ],
        "engine": meaning.engine,
    }


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    while line := stream.readline():
        yield line


def _message(line: bytes) -> tuple[str, Audience]:
    """Text and audience of an input line; raises ValueError with a sentence for people."""
    if len(line) > _LINE_LIMIT:
        raise ValueError(f"the line has {len(line)} bytes; at most {_LINE_LIMIT} are read")
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("the line is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the line is not JSON: {error}") from None
    if not isinstance(row, dict):
        raise ValueError('the line must be an object such as {"text": "where is my order"}')
    text, audience = row.get("text"), row.get("audience", "customer")
    if not isinstance(text, str):
        raise ValueError('"text" is missing or not a string')
    if audience not in _AUDIENCES:
        raise ValueError(f'"audience" must be customer, driver or staff, not {json.dumps(audience)}')
    return text, cast("Audience", audience)


@app.command("test")
def measure(
    file: Annotated[Path, typer.Argument(help="JSON lines with text, intent and entities.", dir_okay=False)],
    audience: Annotated[str, typer.Option(help="Who writes: customer, driver or staff.")] = "customer",
    language: Annotated[
        str | None, typer.Option(help="Read as in a chat in this language, of those spoken; default: English alone.")
    ] = None,
    train_file: Annotated[
        Path | None, typer.Option("--train", help="Train on these JSON lines and use their labels.", dir_okay=False)
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for confusions.png.", file_okay=False)] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    cache: Cache = None,
) -> None:
    """Measure the engine on labelled messages: accuracy, F1, entities, out-of-scope, confusions."""
    if audience not in _AUDIENCES:
        fail(f"--audience must be customer, driver or staff, not {audience!r}")
    examples = _read(file).examples
    if not examples:
        fail(f"{file} holds no messages")
    training = None if train_file is None else _read(train_file)
    spoken = load_settings().spoken
    if language is not None and language not in spoken:
        fail(f"--language must be one of those spoken ({', '.join(spoken)}), not {language!r}")
    engine = _load(cache, training, (audience,), ("en",) if language is None else spoken)
    now, zone = datetime.now(UTC), load_settings().zone
    meanings = [engine.parse(example.text, audience, now, zone, language) for example in examples]
    from nlu import quality as figures

    quality = figures.measure(examples, meanings, None if training is not None else asks_of(audience))
    picture = None
    if out is not None:
        from bot.cli.confusions import draw

        picture = out / "confusions.png"
        try:
            draw(_pairs(examples, meanings), picture)
        except OSError as error:
            fail(f"cannot write {picture}: {error.strerror or error}")
    if as_json_:
        print(json.dumps(_figures(quality, picture), indent=2))
    else:
        _print(quality, picture)


def asks_of(audience: Audience) -> Asks:
    """When somebody of the audience is asked what they mean."""
    from actions.catalogue import catalogue
    from domain.moment import Role
    from nlu.asking_back import offered

    role = {"customer": Role.CUSTOMER, "driver": Role.DRIVER, "staff": Role.ADMIN}[audience]
    return lambda meaning: offered(meaning, catalogue(role))


def _pairs(examples: list[Example], meanings: list[Meaning]) -> list[tuple[str, str]]:
    return [(example.intent, meaning.intent) for example, meaning in zip(examples, meanings, strict=True)]


def _figures(quality: Quality, picture: Path | None) -> dict[str, Any]:
    from dataclasses import asdict

    figures = asdict(quality)
    figures["confusions"] = [
        {"intent": truth, "taken_for": guess, "count": count} for (truth, guess), count in quality.confusions.items()
    ]
    figures["picture"] = str(picture) if picture else None
    return figures


def _print(quality: Quality, picture: Path | None) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("figure", "value", title=f"{quality.messages} messages")
    rows = (
        ("intent accuracy", quality.accuracy),
        ("asked back (did you mean …?)", quality.asked_back),
        ("intent accuracy with that question counted", quality.accuracy_asking),
        ("intent macro-F1", quality.macro_f1),
        ("entity F1 (micro; exact, reasons by overlap)", quality.entity_f1),
        ("entity precision", quality.entity_precision),
        ("entity recall", quality.entity_recall),
        ("reason F1 (exact)", quality.reason_exact),
        ("out-of-scope precision", quality.oos_precision),
        ("out-of-scope recall", quality.oos_recall),
        ("out-of-scope caught at 5 % false rejection", quality.oos_at_5),
    )
    for name, share in rows:
        table.add_row(name, "–" if share is None else f"{share:.4f}")
    console.print(table)
    by_kind = Table("entity", "F1")
    for kind, share in quality.entity_f1_by_kind.items():
        by_kind.add_row(kind, f"{share:.3f}")
    if quality.entity_f1_by_kind:
        console.print(by_kind)
    confusions = Table("intent", "taken for", "times", title="confusions")
    for (truth, guess), count in list(quality.confusions.items())[:30]:
        confusions.add_row(truth, guess, str(count))
    console.print(confusions if quality.confusions else "no confusions")
    if picture is not None:
        console.print(f"picture: {picture}")


@app.command()
def train(
    compare: Annotated[
        bool, typer.Option("--compare", help="Train with what staff have accepted; use it where nothing gets worse.")
    ] = False,
    frozen: Annotated[
        Path | None,
        typer.Option(
            help="JSON lines to compare by (text, intent, audience, language); default: a fifth of all examples.",
            dir_okay=False,
        ),
    ] = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Go back to the version used before.")] = False,
    as_json_: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    cache: Cache = None,
) -> None:
    """Train the models of all languages and audiences and keep them in the cache folder; with --compare a new version of them."""
    if rollback:
        nlu_teaching.rollback()
        return
    if compare:
        nlu_teaching.compare(frozen, as_json_)
        return
    from bot.teaching.versions import Versions

    _load(cache, languages=load_settings().spoken)
    kept = cache or Versions(load_settings().folder("nlu")).active_folder
    for path in sorted(kept.glob("nlu-*.npz")):
        print(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")


def _load(
    cache: Path | None,
    training: TrainingData | None = None,
    audiences: tuple[Audience, ...] = _AUDIENCES,
    languages: tuple[str, ...] = ("en",),
) -> Embedded:
    from bot.encoders import load as load_encoder
    from bot.teaching.versions import Versions
    from nlu.config import ConfigError
    from nlu.embedded import Embedded as Engine
    from nlu.training_data import TrainingDataError

    try:
        settings = load_settings()
        encoder = load_encoder(settings)
        if cache is not None or training is not None:
            return Engine.load(cache, languages, training, audiences, encoder=encoder)
        versions = Versions(settings.folder("nlu"))
        accepted = versions.accepted_folder
        return Engine.load(versions.active_folder, languages, audiences=audiences, accepted=accepted, encoder=encoder)
    except (ConfigError, TrainingDataError) as error:
        fail(str(error))


def _read(file: Path) -> TrainingData:
    from nlu.training_data import TrainingDataError, read_jsonl

    try:
        return read_jsonl(file)
    except TrainingDataError as error:
        fail(str(error))


if __name__ == "__main__":
    app()
