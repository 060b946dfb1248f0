"""What is wrong with the name of a naming convention."""

from __future__ import annotations

from gristmill.exceptions.error import DltException


class NormalizersException(DltException):
    """Anything wrong with how items are normalized."""

    kind = "config"


class UnknownNamingModule(ImportError, NormalizersException):
    """There is no such convention and no such module."""

    def __init__(self, naming_module: str) -> None:
        self.naming_module = naming_module
        NormalizersException.__init__(
            self, f"`{naming_module}` is neither one of the naming conventions nor a module that can be imported"
        )


class NamingTypeNotFound(ImportError, NormalizersException):
    """The module has no such class."""

    def __init__(self, naming_module: str, naming_class: str) -> None:
        self.naming_module = naming_module
        self.naming_class = naming_class
        NormalizersException.__init__(self, f"the naming module `{naming_module}` has no class `{naming_class}`")


class InvalidNamingType(NormalizersException):
    """The class is no naming convention."""

    def __init__(self, naming_module: str, naming_class: str) -> None:
        self.naming_module = naming_module
        self.naming_class = naming_class
        super().__init__(f"`{naming_module}.{naming_class}` is not derived from `NamingConvention`")
