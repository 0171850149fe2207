"""Response headers that keep every page to itself: no remote call of any kind, no frame, no inline code."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class SecurityHeaders:
    """Puts the policy on every answer; a view may set a stricter one itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self._policy(request))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response

    def _policy(self, request: HttpRequest) -> str:
        """On account pages the form that leads to the outside login may go on to its provider."""
        elsewhere: str = settings.MUDMAI_OUTSIDE_LOGIN_ORIGIN
        if not elsewhere or not request.path.startswith(("/account/", "/en/account/")):
            return CONTENT_SECURITY_POLICY
        return CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action 'self' {elsewhere}")
