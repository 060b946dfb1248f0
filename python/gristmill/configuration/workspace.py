"""Where a run reads its settings and keeps its files; with `.dlt/.workspace`, under one of several profiles.

In a workspace each profile (`dev`, `prod`, `tests`, or a name of your own) has settings, working files and databases of its
own: `.dlt/<profile>.config.toml` and `.dlt/<profile>.secrets.toml` lie over `config.toml` and `secrets.toml`, pipelines are kept
in `.dlt/state/<profile>`, and databases that are named without a folder in `.dlt/data/<profile>`. The profile is that of
`WORKSPACE__PROFILE`, that of the file `.dlt/profile-name`, or `dev`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gristmill.exceptions import WorkspaceRunContextNotAvailable

DEFAULT_PROFILE = "dev"
BUILT_IN_PROFILES = ("dev", "prod", "tests", "access")


def project_dir() -> Path:
    """The folder that holds `.dlt`."""
    return Path(os.environ.get("DLT_PROJECT_DIR") or ".")


def settings_dir() -> Path:
    """The project's `.dlt`."""
    return project_dir() / (os.environ.get("DLT_CONFIG_FOLDER") or ".dlt")


def profile() -> str | None:
    """The profile of the workspace; `None` where there is none."""
    settings = settings_dir()
    # A folder that may not be entered holds no workspace of this user: `Path.is_file` would raise.
    if not os.path.isfile(settings / ".workspace"):  # noqa: PTH113
        return None
    return os.environ.get("WORKSPACE__PROFILE") or _pinned(settings) or DEFAULT_PROFILE


def _pinned(settings: Path) -> str | None:
    try:
        lines = (settings / "profile-name").read_text("utf-8").splitlines()
    except OSError:
        return None
    return lines[0].strip() if lines else None


def global_dir() -> Path:
    """The user's own folder: `/var/dlt` for root, `~/.dlt` for others."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/dlt")
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - unlike `Path.home`, it never fails
    if not os.access(home, os.W_OK):
        return Path(tempfile.gettempdir()) / "dlt"
    chosen = os.environ.get("XDG_DATA_HOME")
    return Path(chosen) / "dlt" if chosen and not (home / ".dlt").is_dir() else home / ".dlt"


def data_dir() -> Path:
    """Where the working directories of pipelines live: `DLT_DATA_DIR`, the user's folder, or that of the profile."""
    if given := os.environ.get("DLT_DATA_DIR"):
        return Path(given)
    chosen = profile()
    return global_dir() if chosen is None else settings_dir() / "state" / chosen


def local_dir() -> Path:
    """Where databases are made whose path names no folder: `DLT_LOCAL_DIR`, that of the profile, the working directory."""
    if given := os.environ.get("DLT_LOCAL_DIR"):
        return Path(given)
    chosen = profile()
    if chosen is None:
        return Path.cwd()
    folder = (settings_dir() / "data" / chosen).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class RunContext:
    """Where this run reads its settings and keeps its files."""

    @property
    def name(self) -> str:
        """`dlt`, or the name of the workspace's folder."""
        return "dlt"

    @property
    def run_dir(self) -> str:
        """The folder that holds `.dlt`: `DLT_PROJECT_DIR`, or `.`."""
        return os.environ.get("DLT_PROJECT_DIR") or "."

    @property
    def settings_dir(self) -> str:
        """The project's `.dlt`."""
        return f"{self.run_dir}/{settings_dir().name}"

    @property
    def global_dir(self) -> str:
        """The user's own folder, whose settings lie below those of the project."""
        return str(global_dir())

    @property
    def data_dir(self) -> str:
        """Where the working directories of pipelines live."""
        return str(data_dir())

    @property
    def local_dir(self) -> str:
        """Where databases are made whose path names no folder."""
        return os.environ.get("DLT_LOCAL_DIR") or "."

    @property
    def uri(self) -> str:
        """The folder as an address."""
        return Path(self.run_dir).resolve().as_uri()

    def get_data_entity(self, entity: str) -> str:
        """A folder of working files: `pipelines`, say."""
        return f"{self.data_dir}/{entity}"

    def get_run_entity(self, entity: str) -> str:
        """Where something of the project is: in its own folder, whatever it is."""
        del entity
        return self.run_dir

    def get_setting(self, setting_path: str) -> str:
        """A file in `.dlt`."""
        return f"{self.settings_dir}/{setting_path}"


class WorkspaceRunContext(RunContext):
    """A workspace with its profile."""

    @property
    def name(self) -> str:
        """The name of the workspace's folder."""
        return Path(self.run_dir).name

    @property
    def run_dir(self) -> str:
        """The folder that holds `.dlt`, in full."""
        return str(project_dir().resolve())

    @property
    def data_dir(self) -> str:
        """Where the working directories of the profile live."""
        return str(data_dir().absolute())

    @property
    def local_dir(self) -> str:
        """Where databases of the profile are made whose path names no folder."""
        return str(local_dir())

    @property
    def profile(self) -> str:
        """The profile that is in use."""
        return profile() or DEFAULT_PROFILE

    @property
    def default_profile(self) -> str:
        """The profile that nobody needs to name."""
        return DEFAULT_PROFILE

    def available_profiles(self) -> list[str]:
        """The profiles that are known by name."""
        return list(dict.fromkeys([*BUILT_IN_PROFILES, _pinned(settings_dir()) or DEFAULT_PROFILE]))


def run_context() -> RunContext:
    """Where this run reads its settings and keeps its files."""
    return RunContext() if profile() is None else WorkspaceRunContext()


def workspace() -> WorkspaceRunContext:
    """The workspace. Raises `WorkspaceRunContextNotAvailable` where there is no file `.dlt/.workspace`."""
    if profile() is None:
        raise WorkspaceRunContextNotAvailable(str(project_dir().resolve()))
    return WorkspaceRunContext()
