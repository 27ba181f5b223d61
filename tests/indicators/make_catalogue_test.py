"""What the build makes of the indicators' files, and which files it refuses.

    python3 make_catalogue_test.py MAKE_CATALOGUE
"""

import os
import subprocess
import sys
import tempfile
import unittest

MAKE_CATALOGUE = os.path.abspath(sys.argv.pop(1))

COMPLETE = r'''
group = "price"
help = """two
lines, a "quote", a \\ and a\ttab"""
source = "somewhere"
arguments = [{ name = "x", kind = "series", default = "close" }]
undefined = "0"

[outputs]
value = "x + 1"

[[known]]
expression = "plus(close)"
close = [1, 2]
value = [2, 3]

[[check]]
expression = "plus(close)"
against = "close + 1"
where = "close > 0"
differs = "it does"
'''


class MakeCatalogue(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def make(self, text):
        with open(os.path.join(self.folder, "plus.toml"), "w", encoding="utf-8") as file:
            file.write(text)
        return subprocess.run([MAKE_CATALOGUE, self.folder, os.path.join(self.folder, "made")], capture_output=True, text=True, check=False)

    def refused(self, text, says):
        done = self.make(text)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("plus.toml", done.stderr)
        self.assertIn(says, done.stderr)

    def test_texts_of_several_lines_become_one_and_stay_literals(self):
        self.assertEqual(self.make(COMPLETE).returncode, 0)
        with open(os.path.join(self.folder, "made", "catalogue.cpp"), encoding="utf-8") as file:
            made = file.read()
        self.assertIn(r'"two lines, a \"quote\", a \\ and a\011tab"', made)
        self.assertIn('"it does", 1}', made)

    def test_what_a_file_must_have(self):
        for key in ("group", "help", "source", "arguments", "undefined"):
            with self.subTest(key):
                first = COMPLETE.index(f"\n{key} = ")
                end = COMPLETE.index("source = ", first) - 1 if key == "help" else COMPLETE.index("\n", first + 1)
                self.refused(COMPLETE[:first] + COMPLETE[end:], f"'{key}' is missing")

    def test_a_file_without_a_known_answer_or_results_is_refused(self):
        self.refused(COMPLETE[:COMPLETE.index("[[known]]")], "there is no known answer: give a [[known]]")
        self.refused(COMPLETE[:COMPLETE.index("[outputs]")] + COMPLETE[COMPLETE.index("[[known]]"):], "'outputs' is missing")

    def test_a_misspelt_key_is_refused(self):
        self.refused('talip = "PLUS"' + COMPLETE, "talip")


if __name__ == "__main__":
    unittest.main()
