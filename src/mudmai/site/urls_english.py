"""The addresses of a request under ``/en/``: the same, but the sign-in library's pages stand under ``/en/account/``.

The library knows its pages by plain names; with a list of addresses per language its links stay in the language.
"""

from __future__ import annotations

from django.urls import include, path

from mudmai.site.urls import common, handler400, handler404, handler500

urlpatterns = [path("en/account/", include("mudmai.site.urls_sign_in")), *common]

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]
