"""Checks that includes point down the order of modules, that each names a file that exists, and that no file is long.

    python3 check_includes.py ROOT      prints "file:line: what is wrong" and exits with 1 if anything is
"""

import os
import re
import sys

import repository

# Lowest first. A module may include itself and the modules of lower levels, not its neighbours in a level.
LEVELS = [
    ["base"],
    ["market", "kernels", "space", "monitor"],
    ["indicators"],
    ["rules"],
    ["device"],
    ["analysis", "store"],
    ["placement"],
    ["sweep"],
    ["walkforward"],
    ["api", "report"],
    ["bench"],
    ["doctor"],
    ["cli"],
]
LEVEL_OF = {module: level for level, modules in enumerate(LEVELS) for module in modules}

# Folders that know a vendor's interface stay behind the one of their module.
PRIVATE_FOLDERS = {"device/cuda": "device", "device/opencl": "device"}

# The public headers stand on top of all modules; this one alone knows them.
IMPLEMENTS_THE_PUBLIC_HEADERS = ["api"]

# Where an include may be found: beside the includer, and in these.
INCLUDE_FOLDERS = ["src", "include", "tests"]
MADE_BY_THE_BUILD = "generated/"  # headers that CMake writes are included by this prefix

CODE = (".cpp", ".hpp", ".h", ".cu", ".cl")
SHORT = CODE + (".py", ".sh", ".cmake", ".txt", ".toml", "Makefile", ".ci/run")
LONGEST = 500

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def module_of(path):
    """The module of a file: src/market/bars.hpp is of market. None outside src/."""
    parts = path.split("/")
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def resolve(root, includer, name):
    """The included file's path relative to the root, or None if there is no such file."""
    for folder in [os.path.dirname(includer)] + INCLUDE_FOLDERS:
        path = os.path.normpath(os.path.join(folder, name))
        if os.path.isfile(os.path.join(root, path)):
            return path
    return None


def direction_error(includer, included):
    """What is wrong with `includer` including `included` (paths from the root), or None."""
    source, target = module_of(includer), module_of(included)
    if included.startswith("tests/") and not includer.startswith("tests/"):
        return "includes a file of the tests"
    if target is None or source is None:
        if source not in (None, *IMPLEMENTS_THE_PUBLIC_HEADERS) and included.startswith("include/"):
            return "a module may not include the public headers: they stand on top of all modules"
        return None
    if source == target:
        return None
    for folder, owner in PRIVATE_FOLDERS.items():
        if included.startswith(f"src/{folder}/"):
            return f"'{folder}' is for the module '{owner}' alone"
    if LEVEL_OF[target] < LEVEL_OF[source]:
        return None
    below = [module for level in LEVELS[: LEVEL_OF[source]] for module in level]
    return f"module '{source}' may not include '{target}'; it may include: {', '.join(below) or 'nothing'}"


def include_errors(root, path):
    module = module_of(path)
    if module is not None and module not in LEVEL_OF:
        yield f"{path}:1: the module '{module}' has no place in the order; add it to LEVELS in check_includes.py"
        return
    for number, line in enumerate(repository.lines(root, path), start=1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, angled = match.groups()
        if (quoted or angled).startswith(MADE_BY_THE_BUILD):
            continue
        included = resolve(root, path, quoted or angled)
        if quoted and included is None:
            yield f'{path}:{number}: "{quoted}" does not exist; name it from src/, or use <> for a library\'s header'
        elif included is not None and (module_of(included) is None or module_of(included) in LEVEL_OF):
            error = direction_error(path, included)
            if error:
                yield f"{path}:{number}: {error}"


def errors(root):
    for path in repository.files(root):
        if path.endswith(SHORT):
            count = len(repository.lines(root, path))
            if count > LONGEST:
                yield f"{path}:{count}: longer than {LONGEST} lines: it holds two ideas; split it"
        if path.endswith(CODE):
            yield from include_errors(root, path)


def main(root):
    found = list(errors(root))
    for error in found:
        print(error)
    print(f"{len(found)} errors in includes and lengths")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
