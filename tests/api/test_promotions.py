"""Promotions are put in force, listed page by page, looked over and told in a sentence over HTTP."""

from __future__ import annotations

from starlette.testclient import TestClient

from api_bodies import a_document, a_promotion


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
