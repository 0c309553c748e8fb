"""An LSTM layer forward and backward: plain loop, fused layer, fast layer, PyTorch, and the
bare matrix products.
"""

from experiments import layers

ROUNDS = 40


def main() -> None:
    """Print time and ratio of each way, and what it holds in memory."""
    sizes = ", ".join(f"{name} {size}" for name, size in layers.SIZES.items())
    print(f"one pass of a layer, forward and backward, {sizes}, float32, one thread")
    print(
        "medians of the processor's time, interleaved; ratios within a round, "
        "quartiles (target: fast 1.3 of torch)"
    )
    print("\n".join(layers.summary(list(layers.times(ROUNDS)))))
    print("megabytes between forward and backward, and at most, by the number of steps")
    for name, steps, kept, most in layers.memory():
        print(f"  {name:<8} {steps:>4} steps {kept:8.1f} {most:8.1f}")
