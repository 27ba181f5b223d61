"""Checks that no file names a place of one person's machine or a host that packages are fetched from.

    python3 check_words.py ROOT      prints "file:line: what is wrong" and exits with 1 if anything is
"""

import re
import sys

import repository

# Written so that they do not match themselves.
FORBIDDEN = {
    "a folder of one machine": re.compile(r"(?<![\w.~$}])/(?:ro[o]t|wo[r]k|ho[m]e/\w+)(?:/|\b(?![\w-]))"),
    "a host of packages": re.compile(
        r"(?:py[p]i\.org|python[h]osted\.org|registry\.[n]pmjs|\bdeb(?:ian)?\.[d]ebian\.org|archive\.[u]buntu\.com)"
    ),
}


def errors(root):
    for path in repository.files(root):
        for number, line in enumerate(repository.lines(root, path), start=1):
            for what, pattern in FORBIDDEN.items():
                match = pattern.search(line)
                if match:
                    yield f"{path}:{number}: names {what}, '{match.group()}'; use a setting or a relative path"


def main(root):
    found = list(errors(root))
    for error in found:
        print(error)
    print(f"{len(found)} forbidden words")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
