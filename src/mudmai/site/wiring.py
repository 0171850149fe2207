"""Where the parts are put together: one :class:`Workspace` for each process, handed to every request.

Faces below this floor never build a workspace; they find it as ``request.workspace``.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

if TYPE_CHECKING:
    from mudmai.core.series import Catalogue
    from mudmai.workspace import Workspace

_lock = Lock()
_opened: Workspace | None = None


def workspace() -> Workspace:
    """The workspace of this process, opened on first use at ``settings.MUDMAI_HOME``."""
    global _opened
    if _opened is None:
        with _lock:
            if _opened is None:
                from mudmai.workspace import Workspace  # the analytic half is loaded when the first page asks for it

                _opened = Workspace.open(settings.MUDMAI_HOME)
    return _opened


def catalogue() -> Catalogue:
    """The area systems and series of this site; the apps find it by ``settings.MUDMAI_CATALOGUE``."""
    return workspace().catalogue


class WorkspaceMiddleware:
    """Sets ``request.workspace``, opened when a view first uses it, so that its errors become pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.workspace = SimpleLazyObject(workspace)  # type: ignore[attr-defined]
        return self.get_response(request)
