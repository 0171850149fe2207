"""What connections of this site may reach."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from django.conf import settings

from mudmai.exchange.connectors import Allowed


def allowed() -> Allowed:
    """What the operator lets connections reach."""
    return Allowed(
        tuple(ipaddress.ip_network(one) for one in settings.MUDMAI_CONNECT_NETWORKS),
        tuple(Path(one) for one in settings.MUDMAI_CONNECT_FOLDERS),
    )
