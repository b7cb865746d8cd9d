import pytest

from dealwright.core.errors import InputError
from dealwright.recommend.words import bigrams, plain_words, segment_with


def test_sizes_marks_and_single_letters_are_no_words() -> None:
    assert plain_words("ICE - CRUSHED/CUBED 22 LB, 2x6 pk & a 1.5l jug") == ["ice", "crushed", "cubed", "jug"]


def test_words_that_follow_a_number_and_are_no_measure_stay() -> None:
    assert plain_words("7 seeds bread") == ["seeds", "bread"]


def test_chinese_without_a_way_to_tell_its_words_is_refused_with_the_remedy() -> None:
    with pytest.raises(InputError, match="ask for bigrams"):
        plain_words("龙井绿茶")


def test_bigrams_stand_in_for_words_only_where_asked_for() -> None:
    assert segment_with(bigrams)("茶 龙井绿茶 tea") == ["茶", "龙井", "井绿", "绿茶", "tea"]
