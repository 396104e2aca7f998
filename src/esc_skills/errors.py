"""Every exception of the framework, one tree; who can mend the fault decides the branch.

Each error carries a ``hint``: the next thing to type or to look at. Facts are attributes,
so that callers never parse a message.
"""

from __future__ import annotations

import re
from typing import Any

DAY = 86400
"""Longest wait, in seconds, that counts as asked for."""
_FIGURE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


EXITS: dict[int, str] = {
    0: "done",
    1: "done, but some conversations ended in a fault, or a check said no",
    2: "the input or the configuration is wrong; nothing was sent",
    3: "a provider or the machine stopped it; the same command goes on",
    4: "a budget stopped it; the same command goes on",
    5: "a plug-in broke",
    130: "interrupted; the same command goes on",
}
"""What every exit code of the command line means; which error has which, its class says."""


class EscSkillsError(Exception):
    """Root of all errors raised on purpose.

    Attributes:
        message: What is wrong, with the offending value.
        hint: The next step for the person who reads it.
        where: File, line and field, or plug-in and call; empty when the message says it.
        exit_code: What the command line returns when this error ends it.
        state: What became of the item that it ended, in one word; counted, never a number.
    """

    code = "error"
    exit_code = 1
    state: str = "failed"

    def __init__(self, message: str, *, hint: str, where: str = "") -> None:
        """Keep the facts; the text is put together by ``line``."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    @property
    def line(self) -> str:
        """The one line shown to people: ``error[CODE] where: what (hint)``."""
        place = f" {self.where}" if self.where else ""
        return f"error[{self.code}]{place}: {self.message} ({self.hint})"

    def __str__(self) -> str:
        """Show the whole line, also in tracebacks and notebooks."""
        return self.line

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep every fact on the way to another process."""
        return _again, (type(self), self.args, self.__dict__)


def _again(cls: type[EscSkillsError], args: tuple[Any, ...], facts: dict[str, Any]) -> Any:
    fault = cls.__new__(cls, *args)
    fault.__dict__.update(facts)
    return fault


class UsageError(EscSkillsError):
    """The user's input is wrong; nothing was run."""

    code = "usage"
    exit_code = 2


class UnknownPluginError(UsageError):
    """A component was asked for by a name that nobody registered."""

    code = "unknown-plugin"


class ConfigError(UsageError):
    """An experiment file, a setting or an environment variable is wrong."""

    code = "config"


class DataError(UsageError):
    """A data file is not what its format promises."""

    code = "data"


class PluginError(EscSkillsError):
    """A plug-in broke its promise.

    Attributes:
        plugin: Catalogue name, such as ``retriever.bm25``.
        distribution: Name of the distribution that installed it.
        version: Version of that distribution.
        hook: Hook or method that failed; empty when the import failed.
    """

    code = "plugin"
    exit_code = 5
    state = "plugin-error"

    def __init__(
        self,
        message: str,
        *,
        hint: str,
        plugin: str = "",
        distribution: str = "",
        version: str = "",
        hook: str = "",
    ) -> None:
        """Name the owner of the fault in ``where``."""
        owner = f"{distribution} {version}".strip()
        parts = [plugin, f"({owner})" if owner else "", hook]
        super().__init__(message, hint=hint, where=" ".join(part for part in parts if part))
        self.plugin = plugin
        self.distribution = distribution
        self.version = version
        self.hook = hook


class PluginConflictError(PluginError):
    """Two distributions claim one name; neither is used."""

    code = "plugin-conflict"
    exit_code = 2


class PluginLoadError(PluginError):
    """A plug-in could not be imported."""

    code = "plugin-load"


class PluginContractError(PluginError):
    """A plug-in answered with something its role does not allow."""

    code = "plugin-contract"


class ReplyError(EscSkillsError):
    """A model's answer was unusable; the question may be asked again.

    Attributes:
        state: ``refused``, ``empty``, ``truncated``, ``unusable`` or ``simulator-fault``; never
            a number.
    """

    code = "reply"

    def __init__(
        self, message: str, *, hint: str, where: str = "", state: str = "unusable"
    ) -> None:
        """Keep what kind of answer it was."""
        super().__init__(message, hint=hint, where=where)
        self.state = state


class BackendError(EscSkillsError):
    """A model provider failed.

    Attributes:
        retryable: True when the same request may succeed later.
        kind: What failed, in one word, such as ``rate-limit`` or ``auth``; empty when unknown. The
            gateway knows ``rate-limit`` and ``overloaded`` (fewer calls at once), ``stalled``,
            ``protocol``, ``context-length`` (one shortening) and ``refused``.
        retry_after: Seconds that the provider asked to wait; None when it did not say, or asked
            for nonsense.
    """

    code = "backend"
    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        hint: str,
        where: str = "",
        retryable: bool = False,
        kind: str = "",
        retry_after: float | str | None = None,
    ) -> None:
        """Keep whether another try makes sense, and when; a header's text may be given as it is."""
        super().__init__(message, hint=hint, where=where)
        self.retryable = retryable
        self.kind = kind
        self.state = kind if kind in {"refused", "stalled"} else "failed"
        self.retry_after = _seconds(retry_after)


def _seconds(asked: float | str | None) -> float | None:
    """Seconds of a Retry-After; a date, a negative, NaN or huge figure is no request."""
    if isinstance(asked, str):
        asked = float(asked) if _FIGURE.fullmatch(asked.strip()) else None
    return float(asked) if asked is not None and 0 <= asked <= DAY else None


class StoreError(EscSkillsError):
    """Bytes on disk are not what they say, or cannot be written."""

    code = "store"
    exit_code = 3


class BankRuleError(EscSkillsError):
    """A change would break a rule that protects every bank."""

    code = "bank-rule"


class RunEndedError(EscSkillsError):
    """No further question is answered in this run; what is finished stays finished.

    Components let it pass.
    """

    code = "ended"


class BudgetExceeded(RunEndedError):  # noqa: N818 - an ordinary end, not a fault
    """A budget ended the run; partial results are kept."""

    code = "budget"
    exit_code = 4
    state = "budget"


class ProviderClosedError(RunEndedError):
    """A provider answers nobody any more: key refused, no credit, model gone, or out of reach."""

    code = "provider"
    exit_code = 3
    state = "failed"
