"""What goes wrong, in the shape that OpenAI clients read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from esc_skills.errors import EscSkillsError

KINDS: Mapping[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    408: "invalid_request_error",
    413: "invalid_request_error",
    415: "invalid_request_error",
}
"""``type`` of an error by its status; all others are the server's."""


class HttpError(EscSkillsError):
    """An answer other than 200; holds nothing that a person or an upstream wrote.

    Attributes:
        status: HTTP status.
        param: Field at fault; empty when none is.
        code: One word for programs.
        wait: Seconds after which another try makes sense; None when it makes none.
    """

    code = "http"

    def __init__(
        self,
        status: int,
        message: str,
        *,
        hint: str,
        param: str = "",
        code: str = "",
        wait: float | None = None,
    ) -> None:
        """Keep what the answer needs."""
        super().__init__(message, hint=hint, where=param)
        self.status = status
        self.param = param
        self.code = code or KINDS.get(status, "server_error")
        self.wait = wait

    @property
    def body(self) -> dict[str, Any]:
        """The error as OpenAI writes it."""
        told = f"{self.message} ({self.hint})"
        kind = KINDS.get(self.status, "server_error")
        return {
            "error": {
                "message": told,
                "type": kind,
                "param": self.param or None,
                "code": self.code,
            }
        }

    @property
    def headers(self) -> dict[str, str]:
        """When to come again; the official clients read both."""
        if self.wait is not None:
            return {"retry-after": f"{self.wait:.0f}"}
        return {"x-should-retry": "false"}


def wrong(message: str, *, param: str, hint: str, code: str = "") -> HttpError:
    """A request that cannot be answered as it is."""
    return HttpError(400, message, hint=hint, param=param, code=code or "invalid_value")
