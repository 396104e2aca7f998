"""A folder with installed distributions: what pip leaves behind, made in milliseconds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import attrs

from esc_skills.errors import DataError
from esc_skills.spec.markers import PROJECT


@attrs.frozen
class Site:
    """Distributions beside those of this environment, for processes of their own.

    Example:
        ``site = Site(tmp_path)``, ``site.add(Path("contrib/my-plugin"))``,
        ``site.run("-m", "esc_skills", "plugins")``.
    """

    folder: Path
    """Where modules and metadata go; need not exist."""

    def add(self, source: Path) -> None:
        """Install a distribution folder: modules beside pyproject.toml, or below ``src``.

        Raises:
            DataError: There is no usable pyproject.toml.
        """
        try:
            project = tomllib.loads((source / "pyproject.toml").read_text("utf-8"))["project"]
            name, version = project["name"], project["version"]
        except (OSError, KeyError, tomllib.TOMLDecodeError) as fault:
            raise DataError(
                f"not a distribution: {fault!r}",
                where=str(source),
                hint="it needs pyproject.toml with [project] name and version",
            ) from fault
        inside = source / "src" if (source / "src").is_dir() else source
        modules = [path for path in sorted(inside.iterdir()) if path.name != "pyproject.toml"]
        for path in modules:
            copy = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, self._made() / path.name)
        self._metadata(name, version, project.get("entry-points", {}).get(PROJECT, {}))

    def write(
        self, name: str, points: Mapping[str, str], source: str = "", *, version: str = "1.0"
    ) -> None:
        """Install a distribution of one module, written on the spot.

        Args:
            name: Distribution name; the module is called the same, with underscores.
            points: Entry points of the group ``esc_skills``: key → module.
            source: Text of the module.
            version: Version of the distribution.
        """
        module = self._made() / f"{name.replace('-', '_')}.py"
        module.write_text(source, "utf-8")
        self._metadata(name, version, points)

    def run(
        self, *words: str, env: Mapping[str, str] | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run Python in a process that sees this site; output is captured as text.

        Args:
            *words: Arguments of the interpreter, such as ``-c`` and a program.
            env: Variables to set besides those of this process.
            timeout: Seconds.
        """
        kept = {key: text for key, text in os.environ.items() if not key.startswith("ESC_SKILLS_")}
        paths = [str(self.folder), *filter(None, [kept.get("PYTHONPATH", "")])]
        return subprocess.run(  # noqa: S603 - the interpreter that runs the tests
            [sys.executable, "-P", *words],
            env={**kept, "PYTHONPATH": os.pathsep.join(paths), **(env or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )

    def _made(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder

    def _metadata(self, name: str, version: str, points: Mapping[str, str]) -> None:
        info = self._made() / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (info / "METADATA").write_text(head, "utf-8")
        lines = [f"[{PROJECT}]", *(f"{key} = {value}" for key, value in points.items())]
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")
        (info / "RECORD").write_text("", "utf-8")
