"""Importing one chosen plug-in, so that whatever it does, the host lives on."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from esc_skills._host.blame import owner, said, spot
from esc_skills._host.catalogue import Entry
from esc_skills._host.sources import stated_api
from esc_skills.errors import PluginError, PluginLoadError
from esc_skills.spec import API_VERSION


def load_module(entry: Entry) -> ModuleType:
    """Import the module of an entry and check the hook API it was written for.

    Raises:
        PluginLoadError: The import raised anything at all, ``SystemExit`` included.
        PluginError: It needs another hook API than this host has.
    """
    try:
        module = import_module(entry.module)
    except BaseException as fault:  # sys.exit in a plug-in must not end the host
        # What fails to import because it was written for another API is told so.
        _check_api(entry, stated_api(entry.module))
        raise _load_error(entry, fault) from fault
    _check_api(entry, getattr(module, "ESC_SKILLS_API", ""))
    return module


def _load_error(entry: Entry, fault: BaseException) -> PluginLoadError:
    at = spot(fault)
    what = f"called sys.exit({fault.code!r})" if isinstance(fault, SystemExit) else said(fault)
    return PluginLoadError(
        f"cannot be imported: {what}" + (f" at {at}" if at else ""),
        hint=f"{_remedy(entry, fault)}, or disable it: --no-plugin {entry.key}",
        **owner(entry),
    )


def _remedy(entry: Entry, fault: BaseException) -> str:
    if isinstance(fault, ModuleNotFoundError) and fault.name:
        own = entry.module == fault.name or entry.module.startswith(f"{fault.name}.")
        if own:
            return f"reinstall {entry.distribution}: it does not hold the module {entry.module}"
        return f"install what provides the module {fault.name!r}"
    return f"report it to the authors of {entry.distribution}"


def _version(stated: object) -> tuple[int, ...] | None:
    parts = str(stated).split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else None


def _check_api(entry: Entry, stated: object) -> None:
    """Refuse a plug-in of another major version, or of a newer minor one."""
    if not stated:
        return
    host = ".".join(map(str, API_VERSION))
    asked = _version(stated)
    if asked is None:
        raise PluginError(
            f"ESC_SKILLS_API = {stated!r} is no version",
            hint=f'write ESC_SKILLS_API = "{host}" in {entry.module}',
            **owner(entry),
        )
    major, minor = (*asked, 0)[:2]
    if major == API_VERSION[0] and minor <= API_VERSION[1]:
        return
    older = (major, minor) < API_VERSION
    raise PluginError(
        f"needs hook API {stated}, host has {host}",
        hint=f"upgrade {entry.distribution if older else 'esc-skills'}, "
        f"or disable it: --no-plugin {entry.key}",
        **owner(entry),
    )
