"""The public header, read as text: its structs and the functions that it declares."""
import os
import pathlib
import re

ROOT = pathlib.Path(os.environ.get("LOCKREC_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
INCLUDE = ROOT / "include"
PATH = INCLUDE / "lockrec" / "lockrec.h"
MAP = ROOT / "src" / "api" / "lockrec.map"

# What a field may be on LP64: (as the header writes it, as lockrec_abi_describe() says, size).
TYPES = {
    "int32_t": ("int32", 4),
    "uint32_t": ("uint32", 4),
    "int64_t": ("int64", 8),
    "uint64_t": ("uint64", 8),
    "const char *": ("const char *", 8),
    "const int32_t *": ("const int32 *", 8),
    "const lockrec_row_t *": ("const lockrec_row *", 8),
    "void *": ("void *", 8),
    "lockrec_log_fn": ("lockrec_log_fn", 8),
    "lockrec_row_fn": ("lockrec_row_fn", 8),
}


def structs(text):
    """{name: [(type, field, comment)]}; raises ValueError for what is no plain field."""
    found = {}
    for name, body in re.findall(r"typedef struct (\w+) \{\n(.*?)\n\} \w+_t;", text, re.DOTALL):
        fields = []
        for line in re.sub(r"^\s*/\*.*?\*/\s*$", "", body, flags=re.DOTALL | re.MULTILINE).splitlines():
            if not line.strip():
                continue
            match = re.fullmatch(r"\s*((?:const )?\w+(?: \*)?) ?(\w+)(\[\d+\])?;\s*(?:/\* (.*) \*/)?", line)
            if not match:
                raise ValueError(f"{name}: no plain field: {line.strip()}")
            kind, field, array, comment = match.groups()
            fields.append((kind + (array or ""), field, comment or ""))
        found[name] = fields
    return found


def type_and_size(kind):
    """As lockrec_abi_describe() names it, and its size; KeyError for a type that no struct may hold."""
    array = re.fullmatch(r"char\[(\d+)\]", kind)
    return (kind, int(array.group(1))) if array else TYPES[kind]


def functions(text):
    """Declarations only: comments may name functions too."""
    return sorted(re.findall(r"^LOCKREC_API [^;(]*?\b(lockrec_\w+)\(", text, re.MULTILINE))
