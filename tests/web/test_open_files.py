"""Files of open data are read by programs of other origins; pages, and what is asked with a token, are not."""

from __future__ import annotations

from django.test import Client

PAGE = "/en/indices/province-base/"


def test_files_are_open_to_programs_of_other_origins_and_pages_are_not(client: Client) -> None:
    first = client.get(f"{PAGE}scores.json")
    again = client.get(f"{PAGE}scores.json", headers={"If-None-Match": first.headers["ETag"]})
    assert [one.headers.get("Access-Control-Allow-Origin") for one in (first, again)] == ["*", "*"]
    assert again.status_code == 304
    token = client.get(f"{PAGE}scores.json", headers={"Authorization": "Bearer x"})
    for closed in (token, client.get(PAGE)):
        assert "Access-Control-Allow-Origin" not in closed.headers
    assert "Access-Control-Allow-Credentials" not in first.headers
