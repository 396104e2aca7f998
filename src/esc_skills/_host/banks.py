"""Banks that a distribution brings, by the name after ``bank.``."""

from __future__ import annotations

from pathlib import Path

from esc_skills._host.blame import owner
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.importing import load_module
from esc_skills.errors import PluginContractError


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
