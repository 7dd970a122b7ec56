"""What the text functions cost on generated statements: time per text, and memory as their number grows.

Texts are made one at a time from the words of the shipped corpus and go through `minsk.statements.features` in one
pass; only the numbers printed are kept.
"""

import random
import resource
import time
from collections.abc import Iterator

import minsk
from minsk import statements

SIZES = (100, 1_000, 10_000, 100_000)
LENGTH, SENTENCE = 180, 18  # words, as in a typical statement


def generated(wb: minsk.Workbook, n: int, seed: int = 1992) -> Iterator[str]:
    """Texts of words drawn as often as the corpus uses them."""
    rng = random.Random(seed)
    counts = wb.statement_terms.groupby("term")["count"].sum()
    words, weights = counts.index.tolist(), counts.cumsum().tolist()
    for _ in range(n):
        drawn = rng.choices(words, cum_weights=weights, k=LENGTH)
        yield " ".join(" ".join(drawn[i : i + SENTENCE]).capitalize() + "." for i in range(0, LENGTH, SENTENCE))


def memory() -> float:
    """The most memory this process has taken so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    wb = minsk.load()
    print(f"{'texts':>9}{'µs a text':>12}{'peak MB':>10}")
    for n in SIZES:
        taken = 0.0
        for text in generated(wb, n):
            start = time.perf_counter()
            statements.features(text)
            taken += time.perf_counter() - start
        print(f"{n:9,}{taken / n * 1e6:12.0f}{memory():10.0f}")


if __name__ == "__main__":
    main()
