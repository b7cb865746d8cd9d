"""Promotions are put in force, listed page by page, looked over and told in a sentence over HTTP."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from api_bodies import a_document, a_promotion
from campaigns_of_tests import START, a_campaign, scheduled
from dealwright.api.server import make_app
from dealwright.live.campaigns import open_campaigns
from dealwright.till import open_till
from ledgers import SetClock


def test_what_is_listed_can_be_put_again_unchanged(client: TestClient) -> None:
    client.put("/v1/promotions", json=a_document(*(a_promotion(id=f"p{n}") for n in range(5))))
    listed = client.get("/v1/promotions").json()
    assert [one["id"] for one in listed["promotions"]] == ["p0", "p1", "p2", "p3", "p4"]
    assert client.put("/v1/promotions", json=listed).status_code == 200
    assert client.get("/v1/promotions").json() == listed


def test_pages_follow_one_another_by_id(client: TestClient) -> None:
    client.put("/v1/promotions", json=a_document(*(a_promotion(id=f"p{n}") for n in range(5))))
    first = client.get("/v1/promotions?limit=3").json()["promotions"]
    rest = client.get(f"/v1/promotions?limit=3&after={first[-1]['id']}").json()["promotions"]
    assert [one["id"] for one in (*first, *rest)] == ["p0", "p1", "p2", "p3", "p4"]


def test_a_version_is_superseded_and_never_edited(client: TestClient) -> None:
    client.put("/v1/promotions", json=a_document(a_promotion()))
    other = {"kind": "percent_off", "percent": "20"}
    told = client.put("/v1/promotions", json=a_document(a_promotion(benefit=other)))
    assert told.status_code == 422
    newer = client.put("/v1/promotions", json=a_document(a_promotion(benefit=other, version=2)))
    assert newer.json() == {"promotions": [{"promotion_id": "tenth", "version": 2}]}


def test_promotions_are_told_in_a_sentence_in_two_languages_and_not_put_in_force(client: TestClient) -> None:
    told = client.post("/v1/promotions/describe", json=a_document(a_promotion())).json()["sentences"]
    assert told[0]["promotion_id"] == "tenth"
    assert "10" in told[0]["sentence"]
    chinese = client.post("/v1/promotions/describe?language=zh", json=a_document(a_promotion())).json()
    assert chinese["sentences"] != told
    assert client.post("/v1/promotions/describe?language=fr", json=a_document()).status_code == 422
    assert client.get("/v1/promotions").json()["promotions"] == []


def test_a_slip_is_found_without_a_cart(client: TestClient) -> None:
    free = a_promotion(benefit={"kind": "percent_off", "percent": "100"})
    remarks = client.post("/v1/promotions/lint", json=a_document(free)).json()["remarks"]
    assert remarks
    assert {one["promotion_id"] for one in remarks} == {"tenth"}
    assert all(one["sentence"] and one["remedy"] for one in remarks)


def test_who_put_and_retired_a_promotion_is_in_the_audit_log_once_per_change(client: TestClient) -> None:
    ann = {"X-Acting-As": "Ann"}
    for _ in range(2):
        client.put("/v1/promotions", json=a_document(a_promotion(), a_promotion(id="other")), headers=ann)
    client.put("/v1/promotions", json=a_document(a_promotion(version=2)), headers=ann)
    client.post("/v1/promotions/other/retire", headers={"X-Acting-As": "Bob"})
    assert client.post("/v1/promotions/nobody/retire").status_code == 404
    entries = client.get("/v1/audit").json()["entries"]
    assert sorted((one["number"], one["actor"], one["action"], one["subject"]) for one in entries) == [
        (1, "Ann", "put_promotion", "promotion/tenth"),
        (2, "Ann", "put_promotion", "promotion/other"),
        (3, "Ann", "put_promotion", "promotion/tenth"),
        (4, "Bob", "retire_promotion", "promotion/other"),
    ]


def test_a_promotion_of_a_campaign_is_changed_by_the_campaign_alone(tmp_path: Path) -> None:
    clock = SetClock(START)
    till = open_till(f"sqlite:///{tmp_path}/till.db", clock=clock)
    books = open_campaigns(till)
    scheduled(books, a_campaign())
    books.tend()
    with TestClient(make_app(till)) as client:
        listed = client.get("/v1/promotions").json()
        assert [one["id"] for one in listed["promotions"]] == ["TEA"]
        assert client.put("/v1/promotions", json=listed).status_code == 200, "it changes nothing"
        other = a_document(a_promotion(id="TEA", version=listed["promotions"][0]["version"] + 1))
        told = client.put("/v1/promotions", json=other)
        assert (told.status_code, told.json()["code"]) == (409, "promotion_taken")
        assert told.json()["detail"] == (
            "promotion 'TEA' belongs to the campaign 'tea', which is live; to change it, revise that: "
            "dealwright campaign revise FILE, or PUT /v1/campaigns/tea; for another promotion choose another id"
        )
        retired = client.post("/v1/promotions/TEA/retire")
        assert (retired.status_code, retired.json()["code"]) == (409, "promotion_taken")
        assert "dealwright campaign pause tea" in retired.json()["detail"]
        assert client.get("/v1/promotions").json() == listed
