"""Who answered, for signatures: a component cannot know its model, so the engine adds it.

A stamp reads ``|ROLE=BACKEND:MODEL[sampling]@HOST#SETTINGS``. Two scores whose stamps differ are
not compared. A component that asks no model gets no stamp, so its signature is its own.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from esc_skills._engine.asking import UNWIRED, Model
from esc_skills._engine.crew import asks
from esc_skills._host.wrapping import unwrapped
from esc_skills.model import short_hash
from esc_skills.model.identity import plain

UNSTAMPED = UNWIRED | {"base_url", "path", "script"}
"""Settings of backends that say where answers come from; the address is told as a host."""


def host(url: str) -> str:
    """Where a model runs: ``local`` for this machine at any port, else a hash of the address.

    The address itself may be private, and reports are shared.
    """
    if not url:
        return ""
    name = urlsplit(url).hostname or ""
    try:
        local = ipaddress.ip_address(name).is_loopback
    except ValueError:
        local = name == "localhost" or name.endswith(".localhost")
    return "local" if local else short_hash(url.rstrip("/"))


def told(model: Model) -> str:
    """Backend, model, sampling, host and the backend's own settings where they are not usual."""
    inner = unwrapped(model.backend)
    fields = attrs.fields(type(inner)) if attrs.has(type(inner)) else ()
    odd = {
        field.name: plain(getattr(inner, field.name))
        for field in fields
        if field.init and field.name not in UNSTAMPED
        if getattr(inner, field.name) != field.default
    }
    sampling = ",".join(f"{name}={value}" for name, value in model.settings)
    where = host(model.base_url)
    parts = (
        f"{model.backend.name}:{model.name}",
        f"[{sampling}]" if sampling else "",
        f"@{where}" if where else "",
        f"#{short_hash(odd)}" if odd else "",
    )
    return "".join(parts).replace("|", "/")


def stamper(models: Mapping[str, Model]) -> Callable[[Any], str]:
    """How to stamp a component: a part for every model role that it asks, sorted by role."""

    def stamp(component: Any) -> str:
        roles = sorted({ask.role for ask in asks(component)})
        found = {role: models.get(role) or models.get("default") for role in roles}
        return "".join(
            f"|{role}={told(model) if model else 'none'}" for role, model in found.items()
        )

    return stamp
