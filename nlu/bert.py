"""Builds an encoder from the weights of a BERT: an ONNX graph with mean pooling, its matrices in 8 bits.

The model is that of Devlin et al., "BERT" (2018), pooled as Reimers and Gurevych, "Sentence-BERT" (2019), do. Fused
operators: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md. Only imported to build.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from scipy.special import erf

from nlu import packing
from nlu.encoder import MODEL, Encoder, EncoderError, Vectors

Weights = Mapping[str, Vectors]

_FUSED = "com.microsoft"
_KINDS = ("query", "key", "value")
#: Least cosine between what the built file says and what the weights say, over the texts it is tried on.
_LEAST = 0.90
_TRIED = (
    "where is my order",
    "Running 20 minutes late, the bridge is closed",
    "Can you bring it on Friday after 5pm instead?",
    "the lamp arrived broken and i want my money back",
    "thanks",
    "which routes are still open in the north depot, and who drives them today",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How many layers and attention heads, and the epsilon of the normalisations."""

    layers: int
    heads: int
    epsilon: float

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Shape:
        """The shape in a ``config.json``. Raises EncoderError for another kind of model."""
        if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
            raise EncoderError("config.json describes no BERT with GELU; only such a model can be built")
        return cls(
            int(config["num_hidden_layers"]), int(config["num_attention_heads"]), float(config["layer_norm_eps"])
        )


def read_safetensors(data: bytes) -> dict[str, Vectors]:
    """The float tensors of a safetensors file by name (https://github.com/huggingface/safetensors, "Format").

    Raises EncoderError for a damaged file.
    """
    try:
        size = int.from_bytes(data[:8], "little")
        header: dict[str, Any] = json.loads(data[8 : 8 + size])
        tensors = {}
        for name, about in header.items():
            if name != "__metadata__" and about["dtype"] == "F32":
                first, last = about["data_offsets"]
                values = np.frombuffer(data[8 + size + first : 8 + size + last], np.float32)
                tensors[name] = values.reshape(about["shape"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderError(f"the weights are no safetensors file: {error}") from error
    return tensors


def build(
    weights: Weights, shape: Shape, tokenizer: bytes, folder: Path, name: str, languages: Sequence[str] = ("en",)
) -> Encoder:
    """Writes the encoder into ``folder``, in place of what is there, once it is whole and agrees with the weights.

    Raises EncoderError for weights that are no BERT's or a file that says something else, OSError for a disk that is
    full or may not be written.
    """
    with packing.beside(folder) as made:
        try:
            _quantise(graph(weights, shape), made / MODEL)
        except KeyError as error:
            raise EncoderError(f"the weights lack {error}") from error
        packing.describe(made, name, languages, tokenizer)
        encoder = Encoder(made)
        _agree(encoder, weights, shape)
        packing.exchange(made, folder)
    return encoder


def graph(weights: Weights, shape: Shape) -> onnx.ModelProto:
    """The model as ONNX: ``input_ids`` and ``attention_mask`` (texts, tokens) to ``embedding`` (texts, size)."""
    made = _Graph()
    x = made.embedded(weights, shape)
    for layer in range(shape.layers):
        x = made.layer(weights, shape, f"encoder.layer.{layer}.", x)
    made.pooled(x)
    size = weights["embeddings.word_embeddings.weight"].shape[1]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT32, ["texts", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", size])
    model = helper.make_model(
        helper.make_graph(made.nodes, "encoder", inputs, [output], made.constants),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)],
        ir_version=8,
    )
    helper.set_model_props(model, {"onnx.quant.pre_process": "onnxruntime.quant"})  # there is nothing to prepare
    return model


class _Graph:
    """Nodes and constants of a graph being made. Each method returns the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: Any) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], result: str, domain: str = "", **attributes: Any) -> str:
        outputs = [result, "lengths"] if kind == "EmbedLayerNormalization" else [result]
        self.nodes.append(helper.make_node(kind, list(inputs), outputs, name=result, domain=domain, **attributes))
        return result

    def embedded(self, weights: Weights, shape: Shape) -> str:
        at = "embeddings."
        words = self.constant("words", weights[at + "word_embeddings.weight"])
        places = self.constant("places", _places(weights))
        scale = self.constant("scale", weights[at + "LayerNorm.weight"])
        shift = self.constant("shift", weights[at + "LayerNorm.bias"])
        inputs = ["input_ids", "", words, places, "", scale, shift, "attention_mask"]
        return self.add("EmbedLayerNormalization", inputs, "embedded", _FUSED, epsilon=shape.epsilon)

    def layer(self, weights: Weights, shape: Shape, at: str, x: str) -> str:
        attention = at + "attention.self."
        packed = self.constant(at + "qkv", np.concatenate([weights[f"{attention}{k}.weight"].T for k in _KINDS], 1))
        bias = self.constant(at + "qkv.bias", np.concatenate([weights[f"{attention}{k}.bias"] for k in _KINDS]))
        seen = self.add("Attention", [x, packed, bias, "attention_mask"], at + "seen", _FUSED, num_heads=shape.heads)
        x = self._added(weights, shape, at + "attention.output.", seen, x)
        inner = at + "intermediate.dense."
        wide = self.add("MatMul", [x, self.constant(inner + "weight", weights[inner + "weight"].T)], at + "wide")
        bent = self.add("BiasGelu", [wide, self.constant(inner + "bias", weights[inner + "bias"])], at + "bent", _FUSED)
        return self._added(weights, shape, at + "output.", bent, x)

    def _added(self, weights: Weights, shape: Shape, at: str, new: str, old: str) -> str:
        """``normalise(new W + b + old)``."""
        dense = self.constant(at + "dense.weight", weights[at + "dense.weight"].T)
        through = self.add("MatMul", [new, dense], at + "through")
        bias = self.constant(at + "bias", weights[at + "dense.bias"])
        biased = self.add("Add", [through, bias], at + "biased")
        return self._normalised(weights, shape, at, self.add("Add", [biased, old], at + "sum"))

    def _normalised(self, weights: Weights, shape: Shape, at: str, x: str) -> str:
        """Plain operators, each over many numbers at once: the fused one adds up number by number, and all takes a fifth longer."""
        middle = self.add("ReduceMean", [x], at + "middle", axes=[-1])
        centred = self.add("Sub", [x, middle], at + "centred")
        squares = self.add("Mul", [centred, centred], at + "squares")
        variance = self.add("ReduceMean", [squares], at + "variance", axes=[-1])
        epsilon = self.constant(at + "epsilon", np.float32(shape.epsilon))
        width = self.add("Sqrt", [self.add("Add", [variance, epsilon], at + "more")], at + "width")
        even = self.add("Div", [centred, width], at + "even")
        scale = self.constant(at + "scale", weights[at + "LayerNorm.weight"])
        shift = self.constant(at + "shift", weights[at + "LayerNorm.bias"])
        return self.add("Add", [self.add("Mul", [even, scale], at + "scaled"), shift], at + "added")

    def pooled(self, x: str) -> str:
        """The mean over the tokens that are no padding, of length one."""
        mask = self.add("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
        column = self.add("Unsqueeze", [mask, self.constant("last", np.array([2]))], "column")
        masked = self.add("Mul", [x, column], "masked")
        along = self.constant("along", np.array([1]))
        total = self.add("ReduceSum", [masked, along], "total", keepdims=0)
        count = self.add("ReduceSum", [mask, along], "count", keepdims=1)
        mean = self.add("Div", [total, count], "mean")
        return self.add("LpNormalization", [mean], "embedding", axis=1, p=2)


def _places(weights: Weights) -> Vectors:
    """Position embeddings with the type of a first (and here only) sentence added."""
    at = "embeddings."
    places: Vectors = weights[at + "position_embeddings.weight"] + weights[at + "token_type_embeddings.weight"][0]
    return places


def _quantise(model: onnx.ModelProto, path: Path) -> None:
    """Writes ``model`` with its matrices as signed numbers of 7 bits per channel: those of 8 overflow on processors
    without VNNI instructions."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        model,
        path,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},  # shapes are not inferred through fused operators
    )


def _agree(encoder: Encoder, weights: Weights, shape: Shape) -> None:
    given = encoder.embed_all(_TRIED)
    for text, vector in zip(_TRIED, given, strict=True):
        cosine = float(vector @ forward(weights, shape, encoder.ids(text)))
        if not cosine >= _LEAST:
            raise EncoderError(
                f"the built encoder does not agree with its weights on this processor (cosine {cosine:.2f})"
            )


def forward(weights: Weights, shape: Shape, ids: Sequence[int]) -> Vectors:
    """The embedding of one text of tokens ``ids``, computed by numpy in floating point: what `build` is held against."""
    at = "embeddings."
    x = weights[at + "word_embeddings.weight"][list(ids)] + _places(weights)[: len(ids)]
    x = _normalised(x, weights, at, shape)
    for layer in range(shape.layers):
        at = f"encoder.layer.{layer}."
        query, key, value = (
            _dense(x, weights, f"{at}attention.self.{kind}.").reshape(len(ids), shape.heads, -1).swapaxes(0, 1)
            for kind in _KINDS
        )
        scores = query @ key.swapaxes(1, 2) / np.sqrt(query.shape[2])
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        seen = (shares / shares.sum(-1, keepdims=True)) @ value
        out = _dense(seen.swapaxes(0, 1).reshape(len(ids), -1), weights, at + "attention.output.dense.")
        x = _normalised(out + x, weights, at + "attention.output.", shape)
        wide = _dense(x, weights, at + "intermediate.dense.")
        out = _dense(wide * 0.5 * (1 + erf(wide / np.sqrt(2))), weights, at + "output.dense.")
        x = _normalised(out + x, weights, at + "output.", shape)
    mean = x.mean(0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def _dense(x: Vectors, weights: Weights, at: str) -> Vectors:
    return np.asarray(x @ weights[at + "weight"].T + weights[at + "bias"], np.float32)


def _normalised(x: Vectors, weights: Weights, at: str, shape: Shape) -> Vectors:
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + shape.epsilon)
    return np.asarray(scaled * weights[at + "LayerNorm.weight"] + weights[at + "LayerNorm.bias"], np.float32)
