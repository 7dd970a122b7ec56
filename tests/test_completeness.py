import pandas as pd
import pytest
from minsk.completeness import chao, chapman


def test_the_bound_and_its_interval_on_a_case_worked_by_hand():
    """Ten seen once, five twice, fifteen oftener: unseen 10² / (2·5) = 10; with r = 2 the variance is
    5(2 + 8 + 4) = 70, the factor exp(1.96 √ln(1 + 70/10²)) = 4.169."""
    out = chao(pd.Series([1] * 10 + [2] * 5 + [3] * 15))
    assert (out["known"], out["once"], out["twice"], out["estimate"]) == (30, 10, 5, 40)
    assert out["low"] == pytest.approx(30 + 10 / 4.169, abs=0.01)
    assert out["high"] == pytest.approx(30 + 10 * 4.169, abs=0.01)


def test_where_nothing_was_seen_once_nothing_is_missing():
    out = chao(pd.Series([2, 2, 5]))
    assert (out["low"], out["estimate"], out["high"]) == (3, 3, 3)


def test_it_says_when_it_cannot_tell():
    with pytest.raises(ValueError, match="exactly two lists"):
        chao(pd.Series([1, 1, 3]))


def test_two_lists_on_a_case_worked_by_hand():
    """Nine and nineteen, four on both: 10·20/5 - 1 = 39; the variance is 10·20·5·15 / (5²·6) = 100; of the 39, 15 are
    on neither list, and the factor is exp(1.96 √ln(1 + 100/15²)) = 3.282."""
    out = chapman(set(range(9)), set(range(5, 24)))
    assert (out["first"], out["second"], out["both"], out["estimate"]) == (9, 19, 4, 39)
    assert out["low"] == pytest.approx(24 + 15 / 3.282, abs=0.01)
    assert out["high"] == pytest.approx(24 + 15 * 3.282, abs=0.05)


def test_two_lists_with_the_same_members_leave_nothing():
    out = chapman({"a", "b"}, {"a", "b"})
    assert (out["low"], out["estimate"], out["high"]) == (2, 2, 2)
