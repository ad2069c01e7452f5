"""The rules that hold the code's shape: each takes the project's folder and yields "file:line: what is wrong"."""
import pathlib
import re

# A room may include itself and what stands beside its name; every room may include the public header.
ROOMS = {
    "base": set(),
    "domain": {"base"},
    "net": {"domain", "base"},
    "sheet": {"net", "domain", "base"},
    "redis": {"net", "domain", "base"},
    "reconcile": {"sheet", "redis", "net", "domain", "base"},
    "api": {"reconcile", "sheet", "redis", "net", "domain", "base"},
    "cli": set(),
}
# A foreign library enters through one room.
LIBRARY_ROOM = {"cJSON.h": "sheet", "cjson/": "sheet", "csv.h": "sheet", "hiredis/": "redis", "curl/": "net", "CLI/": "cli"}

CODE_SUFFIXES = {".c", ".h", ".cpp", ".hpp", ".py", ".go", ".js", ".mjs", ".ts"}
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60

# In the library's rooms: (what to look for, why not).
FORBIDDEN_CALLS = [
    (r"\b(?:printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|perror)\s*\(", "the library never prints"),
    (r"#\s*include\s*<(?:iostream|cstdio|stdio\.h)>|std::c(?:out|err|log)\b", "the library never prints"),
    (r"#\s*include\s*<(?:thread|future)>|std::j?thread\b|std::async\b|\bpthread_create\b", "no thread is created"),
    (r"\b(?:strtod|strtof|atof|stod|stof|isalpha|isalnum|isspace|isupper|islower|ispunct|tolower|toupper)\s*\(",
     "depends on the host's locale"),
    (r"\b(?:setlocale|localtime|localtime_r|mktime|tzset)\s*\(|std::locale\b", "touches the host's locale or zone"),
    (r"\b(?:setenv|putenv|unsetenv)\s*\(", "the environment is the host's"),
    (r"\b(?:signal|sigaction)\s*\(", "signal handlers are the host's"),
]
UNFINISHED = r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b"
TEST_SWITCH = r"^\s*#\s*(?:if|ifdef|ifndef|elif)\b.*(?:TEST|FUZZ|MOCK)"

TOKENS = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL
)


def blanked(text):
    """The text without comments and literals, with every line where it was. Digit separators stay."""

    def blank(match):
        found = match.group(0)
        if found[0] == "'" and re.match(r"[0-9A-Fa-f]", text[match.start() - 1]):
            return found
        return re.sub(r"[^\n]", " ", found)

    return TOKENS.sub(blank, text)


def files(root, *folders):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in CODE_SUFFIXES and "node_modules" not in path.parts and "build" not in path.parts:
                yield path, path.relative_to(root)


def source_files(root, include_cli=True):
    for path, name in files(root, "src"):
        if path.suffix in {".cpp", ".hpp", ".c", ".h"} and (include_cli or name.parts[1] != "cli"):
            yield path, name


def matches(pattern, text):
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(pattern, line):
            yield number, line.strip()


def check_imports(root):
    """Imports point downwards only, and a foreign library enters through one room."""
    for path, name in source_files(root):
        room = name.parts[1]
        for number, line in matches(r"^\s*#\s*include\b", path.read_text()):
            target = re.search(r'[<"]([^>"]+)[>"]', line).group(1)
            where = f"{name}:{number}:"
            for library, owner in LIBRARY_ROOM.items():
                if target.startswith(library) and room != owner:
                    yield f"{where} only src/{owner} includes {target}"
            folder = target.split("/")[0]
            if room not in ROOMS:
                yield f"{where} src/{room} is no room of the architecture"
            elif folder in ROOMS and "/" in target and folder != room and folder not in ROOMS[room]:
                yield f"{where} {room} must not include {folder}: {target}"
            elif line.split("include")[1].strip().startswith('"') and ".." in target:
                yield f"{where} includes are written from src/: {target}"


def check_extern_c(root):
    """The C boundary is src/api."""
    for path, name in source_files(root):
        if name.parts[1] != "api":
            for number, _ in matches(r'extern\s+"C"', path.read_text()):
                yield f'{name}:{number}: extern "C" belongs to src/api'


def check_calls(root):
    """What a library must not do to its host."""
    for path, name in source_files(root, include_cli=False):
        text = blanked(path.read_text())
        for pattern, why in FORBIDDEN_CALLS:
            for number, line in matches(pattern, text):
                yield f"{name}:{number}: {why}: {line}"


def check_environment(root):
    """The environment is read in one file, for LOCKREC_ENV."""
    readers = []
    for path, name in source_files(root, include_cli=False):
        found = list(matches(r"\b(?:secure_)?getenv\s*\(|\benviron\b", blanked(path.read_text())))
        if found:
            readers.append(name)
            if name.parts[1] != "api":
                yield f"{name}:{found[0][0]}: only src/api reads the environment"
    if len(readers) > 1:
        yield "the environment is read in more than one file: " + ", ".join(map(str, readers))


def check_test_switches(root):
    """The tests run what is shipped."""
    for path, name in source_files(root):
        for number, line in matches(TEST_SWITCH, path.read_text()):
            yield f"{name}:{number}: a switch for tests: {line}"


def check_unfinished(root):
    for path, name in files(root, "src", "include", "bindings", "tests"):
        for number, line in matches(UNFINISHED, path.read_text(errors="replace")):
            yield f"{name}:{number}: unfinished: {line}"


def check_file_length(root):
    for path, name in files(root, "src", "include", "bindings", "tests"):
        count = len(path.read_text(errors="replace").splitlines())
        if count > FILE_LINES_MAX:
            yield f"{name}:{count}: {count} lines, more than {FILE_LINES_MAX}"


def starts_with_comment(path):
    return path.exists() and path.read_text().startswith(("//", "/*"))


def check_first_line(root):
    """A file says why it exists; of a header and what implements it, one is enough."""
    for path, name in source_files(root):
        pair = path.with_suffix(".hpp" if path.suffix == ".cpp" else ".cpp")
        if not starts_with_comment(path) and not starts_with_comment(pair):
            yield f"{name}:1: starts without a line that says why the file exists"


def is_function_head(head):
    head = re.sub(r"\[\[.*?\]\]", "", head.strip())
    if not head or re.search(r"(?:^|\W)(?:namespace|class|struct|union|enum|extern)\b(?!.*\))", head):
        return False
    return re.search(r"\)\s*(?:const|noexcept(?:\s*\(.*\))?|override|final|mutable|&|->\s*[\w:<>*& ,]+|:.*|\s)*$", head, re.DOTALL)


def functions(text):
    """(first line, last line) of every outermost function body: a brace counter, good enough for our style."""
    stack, start, head, line = [], None, "", 1
    for position, char in enumerate(text):
        line += char == "\n"
        if char == "{":
            initializer = position > 0 and re.match(r"[\w>]", text[position - 1])
            stack.append(initializer)
            if start is None and not initializer and is_function_head(head):
                start = (line, len(stack))
            head = head + "{" if initializer else ""
        elif char == "}" and stack:
            initializer = stack.pop()
            if start is not None and len(stack) < start[1]:
                yield start[0], line
                start = None
            head = head + "}" if initializer else ""
        elif char == ";":
            head = ""
        else:
            head += char


def check_function_length(root):
    for path, name in files(root, "src", "tests"):
        if path.suffix not in {".c", ".cpp", ".h", ".hpp"}:
            continue
        text = re.sub(r"^\s*#.*$", "", blanked(path.read_text()), flags=re.MULTILINE)
        for first, last in functions(text):
            if last - first + 1 > FUNCTION_LINES_MAX:
                yield f"{name}:{first}: a function of {last - first + 1} lines, more than {FUNCTION_LINES_MAX}"


def check_top_level(root):
    """The top level is given; documentation stands beside the code it is about."""
    given = {"include", "src", "bindings", "tests", "CMakeLists.txt", "pkgconfig", "README.md", "CHANGELOG.md",
             "CMakePresets.json", "dev", "build"}
    for path in sorted(root.iterdir()):
        if path.name not in given and not path.name.startswith("."):
            yield f"{path.name}: the top level has no place for it"


RULES = [check_imports, check_extern_c, check_calls, check_environment, check_test_switches, check_unfinished,
         check_file_length, check_first_line, check_function_length, check_top_level]


def broken(root):
    root = pathlib.Path(root)
    return [problem for rule in RULES for problem in rule(root)]
