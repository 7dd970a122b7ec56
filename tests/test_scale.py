"""On an engine for many machines the text functions and the graphs give what they give on one (extra ``scale``)."""

import re

import nbformat
import networkx as nx
import pandas as pd
import pytest
from bench_statements import generated
from conftest import ROOT
from minsk.statements import features


@pytest.fixture(scope="module")
def blocks():
    """The code that notebook 07 prints and does not run, because it wants the extra packages."""
    notebook = nbformat.read(ROOT / "notebooks" / "07_extend.ipynb", as_version=4)
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    return re.findall(r"```python\n(.*?)```", text, re.S)


def test_a_cluster_of_two_workers_measures_a_corpus_as_pandas_does(blocks, wb, tmp_path, monkeypatch):
    (code,) = (b for b in blocks if "dask" in b)
    texts = pd.DataFrame({"text": list(generated(wb, 400))})
    (tmp_path / "corpus").mkdir()
    for k in range(4):
        texts.iloc[k * 100:(k + 1) * 100].to_parquet(tmp_path / "corpus" / f"part-{k}.parquet")
    monkeypatch.chdir(tmp_path)
    shown = {}
    exec(code, shown)
    here = pd.DataFrame([features(text).measures for text in texts["text"]])
    pd.testing.assert_frame_equal(shown["measures"], here)


def test_a_parallel_backend_of_networkx_finds_the_same_by_one_option(blocks):
    (code,) = (b for b in blocks if "backend_priority" in b)
    graph = nx.karate_club_graph()
    alone = nx.betweenness_centrality(graph)
    kept = nx.config.backend_priority.algos, nx.config.backends.parallel.active
    try:
        exec(code, {})
        assert nx.config.backend_priority.algos == ["parallel"]
        together = nx.betweenness_centrality(graph)
    finally:
        nx.config.backend_priority.algos, nx.config.backends.parallel.active = kept
    assert together == pytest.approx(alone)
