"""Checks that a type is defined in one header alone. All are of one namespace: two of a name compile and link, and the linker
takes the constructors and destructors of one for those of the other.

    python3 check_names.py ROOT      prints "file:line: what is wrong" and exits with 1 if anything is
"""

import re
import sys

import repository

DEFINITION = re.compile(r"^(?:struct|class|enum class|enum|union) (\w+)(?: final)?(?: : [^;{]*)? \{")


def errors(root):
    first = {}
    for path in repository.files(root):
        if not path.startswith(("src/", "include/")) or not path.endswith(".hpp"):
            continue
        for number, line in enumerate(repository.lines(root, path), start=1):
            match = DEFINITION.match(line)
            if match and first.setdefault(match[1], f"{path}:{number}") != f"{path}:{number}":
                yield f"{path}:{number}: there is a type '{match[1]}' in {first[match[1]]}; give one of them another name"


def main(root):
    found = list(errors(root))
    for error in found:
        print(error)
    print(f"{len(found)} names of two types")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
