"""Banks that a distribution brings, by the name after ``bank.``."""

from __future__ import annotations

from pathlib import Path

from esc_skills._host.blame import owner
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.importing import load_module
from esc_skills._host.nearest import did_you_mean
from esc_skills.errors import PluginContractError, UsageError


def placed(path: Path) -> Path:
    """Where a bank lies: a path as it is; where nothing lies, an installed bank of that name.

    Raises:
        UsageError: Neither; but a bank has nearly that name.
    """
    if path.exists():
        return path
    known = Catalogue.read()
    if known.has("bank", str(path)):
        return bank_folder(known, str(path))
    if guess := did_you_mean(str(path), known.names("bank")):
        raise UsageError(
            f"no bank is called {str(path)!r}, and no such folder is there", hint=guess
        )
    return path


def bank_folder(catalogue: Catalogue, name: str) -> Path:
    """Find the folder of an installed bank: ``FOLDER`` of the module behind ``bank.NAME``.

    Raises:
        UnknownPluginError: No such bank, or it is disabled.
        PluginConflictError: Two distributions claim the name.
        PluginLoadError: Its module cannot be imported.
        PluginContractError: It has no ``FOLDER``, or no folder lies there.
    """
    entry = catalogue.choose("bank", name)
    found = getattr(load_module(entry), "FOLDER", None)
    folder = Path(str(found))
    if found is None or not folder.is_dir():
        raise PluginContractError(
            f"{entry.module} has no FOLDER that is a folder",
            hint='write FOLDER = importlib.resources.files(__package__) / "NAME", and ship it',
            **owner(entry),
        )
    return folder
