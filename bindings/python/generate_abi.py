"""Writes lockrec/_abi.py from the public header: constants, struct layouts and prototypes.

Usage: generate_abi.py [--check] [HEADER]
--check writes nothing and fails where the file that is checked in is stale.
"""

import argparse
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
HEADER = HERE.parents[1] / "include" / "lockrec" / "lockrec.h"
TARGET = HERE / "lockrec" / "_abi.py"

C_TYPES = {
    "int32_t": "ctypes.c_int32",
    "uint32_t": "ctypes.c_uint32",
    "int64_t": "ctypes.c_int64",
    "uint64_t": "ctypes.c_uint64",
    "void": "None",
    "char *": "ctypes.c_char_p",
    "const char *": "ctypes.c_char_p",
    "void *": "ctypes.c_void_p",
    "const int32_t *": "ctypes.POINTER(ctypes.c_int32)",
}


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def split_declarator(declaration):
    """'const char *tag' -> ('const char *', 'tag'); 'char message[256]' -> ('char[256]', 'message')."""
    match = re.fullmatch(r"(.*?)(\w+)(\[\d+\])?", declaration.strip(), flags=re.S)
    kind = re.sub(r"\s+", " ", match.group(1)).strip()
    return kind + (match.group(3) or ""), match.group(2)


def python_type(kind, structs):
    array = re.fullmatch(r"char\[(\d+)\]", kind)
    if array:
        return f"ctypes.c_char * {array.group(1)}"
    pointer = re.fullmatch(r"(?:const )?lockrec_(\w+)_t \*", kind)
    if pointer and pointer.group(1) in structs:
        return f"ctypes.POINTER({class_name(pointer.group(1))})"
    function = re.fullmatch(r"lockrec_(\w+)_fn", kind)
    if function:
        return f"{function.group(1).capitalize()}Function"
    return C_TYPES[kind]


def class_name(struct):
    return "C" + "".join(part.capitalize() for part in struct.split("_"))


def enums_of(text):
    for name, body in re.findall(r"enum lockrec_(\w+) \{(.*?)\};", text, flags=re.S):
        yield name, re.findall(r"LOCKREC_(\w+) = (-?\d+)", body)


def member_name(enum, constant):
    prefixes = {"phase": "PHASE_", "cause": "CAUSE_", "redis_cause": "REDIS_", "log_level": "LOG_", "outcome": "ROW_",
                "reason": "REASON_"}
    return constant.removeprefix(prefixes.get(enum, ""))


def generate(header):
    text = without_comments(header)
    out = ['"""Made from include/lockrec/lockrec.h by generate_abi.py. Do not edit."""', "", "import ctypes", "import enum",
           ""]
    version = re.search(r'LOCKREC_VERSION "([^"]+)"', text).group(1)
    abi_version = re.search(r"LOCKREC_ABI_VERSION (\d+)", text).group(1)
    out += [f'HEADER_VERSION = "{version}"', f"ABI_VERSION = {abi_version}"]
    for name, members in enums_of(text):
        base = "enum.IntFlag" if name == "flag" else "enum.IntEnum"
        out += ["", "", f"class {''.join(part.capitalize() for part in name.split('_'))}({base}):"]
        out += [f"    {member_name(name, constant)} = {value}" for constant, value in members]
    structs = re.findall(r"typedef struct lockrec_(\w+) \{(.*?)\} lockrec_\w+_t;", text, flags=re.S)
    names = [name for name, _ in structs]
    functions = re.findall(r"typedef void \(\*lockrec_(\w+)_fn\)\((.*?)\);", text, flags=re.S)
    needs_row_report = {name: "row_report" in arguments for name, arguments in functions}
    for name, body in structs:
        out += ["", "", f"class {class_name(name)}(ctypes.Structure):", f'    name = "lockrec_{name}"']
        fields = [split_declarator(field) for field in body.split(";") if field.strip()]
        out.append("    _fields_ = [")
        out += [f'        ("{field}", {python_type(kind, names)}),' for kind, field in fields]
        out.append("    ]")
        # The callback types stand where what they mention is known, and before what mentions them.
        if name == "row_report":
            for function, arguments in functions:
                kinds = [python_type(split_declarator(argument)[0], names) for argument in arguments.split(",")]
                # Text comes with its length: as an address, so that ctypes makes no copy up to a NUL.
                if not needs_row_report[function]:
                    kinds = ["ctypes.c_void_p" if kind == "ctypes.c_char_p" else kind for kind in kinds]
                out += ["", "", f"{function.capitalize()}Function = ctypes.CFUNCTYPE(None, {', '.join(kinds)})"]
    out += ["", "", f"STRUCTS = ({', '.join(class_name(name) for name in names)})", "", "# name: (result type, argument types)",
            "PROTOTYPES = {"]
    for kind, name, arguments in re.findall(r"^LOCKREC_API ([^;(]*?)(lockrec_\w+)\((.*?)\);", text, flags=re.M | re.S):
        kinds = [] if arguments == "void" else [split_declarator(argument)[0] for argument in arguments.split(",")]
        types = ", ".join(python_type(kind, names) for kind in kinds)
        out.append(f'    "{name}": ({python_type(kind.strip(), names)}, [{types}]),')
    out += ["}", ""]
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("header", nargs="?", type=pathlib.Path, default=HEADER)
    arguments = parser.parse_args()
    made = generate(arguments.header.read_text(encoding="utf-8"))
    if not arguments.check:
        TARGET.write_text(made, encoding="utf-8")
    elif TARGET.read_text(encoding="utf-8") != made:
        sys.exit(f"{TARGET.name} is stale: run generate_abi.py")


if __name__ == "__main__":
    main()
