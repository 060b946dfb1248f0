"""dbt's exceptions: what `dbtRunner().invoke(...).exception` is, when a command could not start or go on.

Each is a `GristmillError` too, with its kind, place and hint, so that code for either name catches it.
"""

from __future__ import annotations

from typing import Any

from gristmill._core import GristmillError

__all__ = [
    "CompilationError",
    "DbtBaseException",
    "DbtConfigError",
    "DbtDatabaseError",
    "DbtInternalError",
    "DbtInternalException",
    "DbtProfileError",
    "DbtProjectError",
    "DbtRuntimeError",
    "DbtSelectorsError",
    "DbtUsageException",
    "DbtValidationError",
    "DependencyError",
    "InvalidSelectorError",
    "ParsingError",
    "TargetNotFoundError",
    "UndefinedMacroError",
    "YamlLoadError",
    "in_dbts_words",
]


class DbtUsageException(Exception):
    """The arguments are not of the form that a command takes."""


class DbtInternalException(Exception):
    """A defect of the command line."""


class DbtBaseException(GristmillError):
    """What every error of dbt is."""

    CODE = -32000
    MESSAGE = "Server Error"

    @property
    def msg(self) -> str:
        """The whole screen."""
        return str(self)

    def data(self) -> dict[str, Any]:
        """The class and the screen."""
        return {"type": type(self).__name__, "message": str(self)}


class DbtInternalError(DbtBaseException):
    """A defect."""


class DbtRuntimeError(RuntimeError, DbtBaseException):
    """A command cannot go on."""

    CODE = 10001
    MESSAGE = "Runtime error"


class DbtDatabaseError(DbtRuntimeError):
    """The database refused a statement, or could not be opened."""

    CODE = 10003
    MESSAGE = "Database Error"


class CompilationError(DbtRuntimeError):
    """A template does not parse, or failed while it was rendered."""

    CODE = 10004
    MESSAGE = "Compilation Error"


class UndefinedMacroError(CompilationError):
    """There is no such macro."""


class TargetNotFoundError(CompilationError):
    """A `ref()` or a `source()` names what is not there."""


class DbtValidationError(DbtRuntimeError):
    """A file does not hold what it should."""

    CODE = 10005
    MESSAGE = "Validation Error"


class DependencyError(DbtRuntimeError):
    """A package cannot be had."""

    CODE = 10006
    MESSAGE = "Dependency Error"


class DbtConfigError(DbtRuntimeError):
    """A file of settings is missing or wrong."""

    CODE = 10007
    MESSAGE = "DBT Configuration Error"


class DbtProjectError(DbtConfigError):
    """`dbt_project.yml` is missing or wrong."""


class DbtProfileError(DbtConfigError):
    """`profiles.yml` is missing or wrong."""


class DbtSelectorsError(DbtConfigError):
    """`selectors.yml` is wrong."""


class ParsingError(DbtRuntimeError):
    """A file of the project says what it may not say."""

    CODE = 10015
    MESSAGE = "Parsing Error"


class YamlLoadError(ParsingError):
    """A properties file is no YAML."""


class InvalidSelectorError(DbtRuntimeError):
    """A selector does not parse, or names what is not there."""


# By the kind of our error; what stands in a file of settings is told by the file.
_KINDS: dict[str, type[DbtBaseException]] = {
    "config": DbtConfigError,
    "profile": DbtProfileError,
    "project": ParsingError,
    "file-not-found": DbtProjectError,
    "jinja-syntax": CompilationError,
    "compilation": CompilationError,
    "budget": CompilationError,
    "ref-not-found": TargetNotFoundError,
    "source-not-found": TargetNotFoundError,
    "selection": InvalidSelectorError,
    "database": DbtDatabaseError,
    "database-locked": DbtDatabaseError,
    "contract": ParsingError,
    "internal": DbtInternalError,
}
_FILES: dict[str, type[DbtBaseException]] = {
    "dbt_project.yml": DbtProjectError,
    "profiles.yml": DbtProfileError,
    "selectors.yml": DbtSelectorsError,
    "packages.yml": DbtProjectError,
    "dependencies.yml": DbtProjectError,
}


def in_dbts_words(raised: BaseException) -> BaseException:
    """An error of the core as dbt's class of it, with the same text and parts; anything else as it is."""
    if not isinstance(raised, GristmillError) or isinstance(raised, DbtBaseException):
        return raised
    error: Any = raised
    file = error.file or ""
    if error.kind == "usage" or file.startswith("--"):
        return DbtUsageException(str(raised))
    name = file.replace("\\", "/").rpartition("/")[2]
    kind = _FILES.get(name, _KINDS.get(error.kind, DbtRuntimeError))
    if error.kind == "project":
        unread = "not valid YAML" in error.message
        kind = _FILES.get(name) or (YamlLoadError if unread else kind)
        if unread and kind is DbtProjectError:
            kind = DbtValidationError
        # Without a file it is the state of the project, and no text, that is wrong.
        kind = kind if file else DbtRuntimeError
    if error.kind == "selection" and "is not valid" not in error.message:
        kind = DbtRuntimeError
    if error.kind == "compilation" and error.message.startswith("there is no macro"):
        kind = UndefinedMacroError
    made: Any = kind(*raised.args)
    made.__dict__.update(raised.__dict__)
    return made.with_traceback(raised.__traceback__)
