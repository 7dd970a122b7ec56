"""The text functions on one core, and on a cluster of two workers on this machine, as the corpus grows.

The same function measures a partition either way. A cluster pays for starting its workers and for sending the results;
it is worth that on corpora that do not fit one machine.
"""

import tempfile
import time
from pathlib import Path

import dask.dataframe as dd
import minsk
import pandas as pd
from bench_statements import generated
from dask.distributed import Client
from minsk.statements import features

SIZES = (1_000, 10_000, 100_000)


def measure(part: pd.DataFrame) -> pd.DataFrame:
    """Measures of the texts of a partition."""
    return pd.DataFrame([features(text).measures for text in part["text"]], index=part.index)


def main() -> None:
    """Print the table."""
    wb = minsk.load()
    meta = measure(pd.DataFrame({"text": ["A."]})).iloc[:0]
    print(f"{'texts':>9}{'pandas, s':>12}{'2 workers, s':>14}{'ratio':>8}")
    options = {"threads_per_worker": 1, "dashboard_address": None}
    with tempfile.TemporaryDirectory() as folder, Client(n_workers=2, **options) as client:
        for n in SIZES:
            corpus = Path(folder, f"corpus-{n}")
            corpus.mkdir()
            texts = pd.DataFrame({"text": list(generated(wb, n))})
            for k in range(8):
                texts.iloc[k * n // 8:(k + 1) * n // 8].to_parquet(corpus / f"part-{k}.parquet")
            start = time.perf_counter()
            alone = pd.concat([measure(pd.read_parquet(file)) for file in sorted(corpus.iterdir())])
            middle = time.perf_counter()
            together = client.compute(dd.read_parquet(corpus).map_partitions(measure, meta=meta)).result()
            end = time.perf_counter()
            pd.testing.assert_frame_equal(alone, together)
            print(f"{n:9,}{middle - start:12.1f}{end - middle:14.1f}{(middle - start) / (end - middle):8.2f}")


if __name__ == "__main__":
    main()
