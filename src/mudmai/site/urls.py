"""All addresses: the API, the pages in Thai at ``/`` and their English twins at ``/en/``."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [
    path("account/", include("mudmai.site.urls_sign_in")),
    path("en/", include("mudmai.web.urls", namespace="en"), {"language": "en"}),
    path("", include("mudmai.web.urls", namespace="th"), {"language": "th"}),
]
if find_spec("mudmai.api.urls"):
    urlpatterns.insert(0, path("api/", include("mudmai.api.urls")))

handler404 = "mudmai.web.faults.not_found"
handler400 = "mudmai.web.faults.bad_request"
handler500 = "mudmai.web.faults.fault"
