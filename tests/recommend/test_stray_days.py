import numpy as np

from dealwright.recommend.stray_days import n_believed


def _n(days: list[int], lines: list[int]) -> int:
    return n_believed(np.array(days), np.array(lines))


def test_a_few_lines_long_after_all_others_are_not_believed() -> None:
    assert _n([1, 2, 3, 400, 401], [90, 80, 70, 1, 1]) == 3


def test_a_shop_that_opens_again_with_ordinary_sales_is_believed() -> None:
    assert _n([1, 2, 3, 40], [90, 80, 70, 60]) == 4


def test_days_that_follow_soon_are_believed_however_few_their_lines() -> None:
    assert _n([1, 2, 15], [500, 500, 1]) == 3
    assert _n([1, 2, 16], [500, 500, 1]) == 2


def test_one_day_is_believed() -> None:
    assert _n([7], [1]) == 1
