"""All addresses: the standard doors, the API, the pages in Thai at ``/`` and their English twins at ``/en/``."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

common = [
    path("en/", include("mudmai.web.urls", namespace="en"), {"language": "en"}),
    path("", include("mudmai.web.urls", namespace="th"), {"language": "th"}),
]
if find_spec("mudmai.api.urls"):
    # The doors go first: CKAN's are below /api/ too, where the API answers for every address.
    common[:0] = [path("", include("mudmai.api.doors.urls")), path("api/", include("mudmai.api.urls"))]

urlpatterns = [path("account/", include("mudmai.site.urls_sign_in")), *common]

handler404 = "mudmai.web.faults.not_found"
handler400 = "mudmai.site.faults.bad_request"
handler500 = "mudmai.web.faults.fault"
