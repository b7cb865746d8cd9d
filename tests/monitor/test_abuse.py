"""Who plays the promotion."""

from __future__ import annotations

from dealwright.monitor.abuse import Kept, Try, Use, code_guessing, refund_after_threshold, rings, velocity
from dealwright.monitor.alert_words import alert_sentence
from live_minutes import at, plan_of


def test_six_uses_in_an_hour_are_more_than_usual() -> None:
    uses = [Use(at(10 * n), "anna", f"o{n}") for n in range(6)] + [Use(at(n), "ben", f"p{n}") for n in range(5)]
    (alert,) = velocity(uses, plan_of(), at(50))
    assert (alert.subject, alert.evidence["n_uses"]) == ("anna", 6)
    assert alert_sentence(alert).startswith("anna used the promotion 6 times in 60 minutes; 5 are usual")
    assert velocity(uses, plan_of(), at(61)) == ()


def test_customers_linked_over_devices_and_addresses_are_one_ring() -> None:
    # a-b share a device, b-c an address, c-d a device, d-e an address; f stands alone.
    links = [("a", "d1", "x1"), ("b", "d1", "x2"), ("c", "d2", "x2"), ("d", "d2", "x3"), ("e", "d3", "x3")]
    uses = [Use(at(n), name, f"{name}{n}", device, address) for name, device, address in links for n in range(2)]
    uses += [Use(at(n), "f", f"f{n}", "d9", "x9") for n in range(20)]
    (alert,) = rings(uses, plan_of(), at(60))
    assert alert.evidence["customers"] == "a, b, c, d, e"
    assert (alert.evidence["n_customers"], alert.evidence["n_uses"]) == (5, 10)


def test_a_family_at_one_address_is_no_ring_and_unknown_keys_link_nobody() -> None:
    family = [Use(at(n), f"m{n % 4}", f"o{n}", address="home") for n in range(20)]
    assert rings(family, plan_of(), at(60)) == ()
    strangers = [Use(at(n), f"s{n}", f"o{n}") for n in range(20)]
    assert rings(strangers, plan_of(), at(60)) == ()


def test_a_device_and_an_address_of_the_same_name_are_two_things() -> None:
    uses = [Use(at(n), f"s{n}", f"o{n}", **{("device", "address")[n % 2]: "same"}) for n in range(8)]
    assert rings(uses + uses, plan_of(), at(60)) == ()


def test_who_tries_codes_that_do_not_exist_is_guessing() -> None:
    tries = [Try(at(n / 10), "device-1", exists=n == 7) for n in range(11)]
    tries += [Try(at(n), "shop", exists=True) for n in range(50)]
    (alert,) = code_guessing(tries, plan_of(), at(55))
    assert (alert.subject, alert.evidence["n_tries"], alert.evidence["n_misses"]) == ("device-1", 11, 10)


def test_many_real_codes_with_slips_are_no_guessing() -> None:
    tries = [Try(at(n), "counter", exists=n % 4 != 0) for n in range(48)]
    assert code_guessing(tries, plan_of(), at(55)) == ()


def test_returning_what_reached_the_threshold_is_told_at_the_third_time() -> None:
    kept = [Kept(at(n), "carl", 10_000, 9_999) for n in range(3)] + [Kept(at(9), "carl", 10_000, 10_000)]
    kept += [Kept(at(n), "dora", 10_000, 0) for n in range(2)]
    (alert,) = refund_after_threshold(kept, plan_of(), at(60))
    assert (alert.subject, alert.evidence["n_orders"], alert.evidence["n_below"]) == ("carl", 4, 3)
