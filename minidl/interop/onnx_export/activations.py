"""Activation functions as ONNX nodes, those that are more than one operator."""

import math


def leaky_relu(graph, call):
    """LeakyRelu."""
    graph.then("LeakyRelu", alpha=call.module.negative_slope)


def gelu(graph, call):
    """Spelled out: ``x / 2 * (1 + erf(x / sqrt(2)))``, or its approximation by tanh.

    ONNX's Gelu is younger.
    """
    x = graph.value
    if call.module.approximate == "tanh":
        cubed = graph.node("Mul", graph.node("Mul", x, x), x)
        scaled = graph.node("Mul", cubed, graph.number("cubic", 0.044715))
        bent = graph.node("Add", x, scaled)
        graph.node("Mul", bent, graph.number("scale", math.sqrt(2 / math.pi)))
        graph.then("Tanh")
    else:
        graph.node("Mul", x, graph.number("scale", math.sqrt(0.5)))
        graph.then("Erf")
    graph.then("Add", graph.number("one", 1))
    graph.then("Mul", x)
    graph.then("Mul", graph.number("half", 0.5))
