"""Finds and opens the shared library, and refuses one whose layouts are not those this package was made for."""

import ctypes
import json
import os
import pathlib
from typing import Any, Dict, List

from . import _abi

SONAME = "liblockrec.so.1"


class LibraryError(ImportError):
    """The shared library is missing, or is another one than this package can use."""


def candidates() -> List[str]:
    """Where the library is looked for: LOCKREC_LIBRARY alone where it is set, else beside this file, else the system's."""
    named = os.environ.get("LOCKREC_LIBRARY")
    if named:
        return [named]
    beside = pathlib.Path(__file__).resolve().parent / SONAME
    return [str(beside)] if beside.exists() else [SONAME]


def open_library() -> ctypes.CDLL:
    path = candidates()[0]
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise LibraryError(f"can't load {path}: {error}; install liblockrec, or name it in LOCKREC_LIBRARY") from error
    for name, (result_type, argument_types) in _abi.PROTOTYPES.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise LibraryError(f"{path} is not lockrec: it has no function {name}") from None
        function.restype = result_type
        function.argtypes = argument_types
    check_layouts(library, path)
    return library


def check_layouts(library: ctypes.CDLL, path: str) -> None:
    """A field that moved would be silent corruption: compare every one that both sides know."""
    length = library.lockrec_abi_describe(None, 0)
    buffer = ctypes.create_string_buffer(length + 1)
    library.lockrec_abi_describe(buffer, length + 1)
    theirs: Dict[str, Any] = json.loads(buffer.value)["structs"]
    for struct in _abi.STRUCTS:
        known = {field["name"]: (field["offset"], field["size"]) for field in theirs[struct.name]["fields"]}
        for field in struct._fields_:
            descriptor = getattr(struct, field[0])
            # A newer package's appended fields are unknown to an older library: it refuses them when they are used.
            if field[0] in known and known[field[0]] != (descriptor.offset, descriptor.size):
                version = library.lockrec_version().decode()
                raise LibraryError(f"{path} is lockrec {version}, whose {struct.name}.{field[0]} lies elsewhere than in "
                                   f"lockrec {_abi.HEADER_VERSION}, for which this package was made")


LIBRARY = open_library()
