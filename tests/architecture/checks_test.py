"""The checks of this folder can fail: each is run on a made-up tree that has the fault, and on one that has not."""

import os
import tempfile
import unittest

import check_includes
import check_names
import check_words


class MadeUpTree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="threadx_checks_")
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        self.write("src/base/error.hpp", "#pragma once\n#include <string>\n")
        self.write("src/market/bars.hpp", '#pragma once\n#include "base/error.hpp"\n')
        self.write("src/device/cuda/driver.hpp", "#pragma once\n")
        self.write("tests/market/bars_test.cpp", '#include "market/bars.hpp"\n#include "device/cuda/driver.hpp"\n')

    def write(self, path, text):
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)

    def include_errors(self):
        return list(check_includes.errors(self.root))

    def assert_one_error(self, errors, place, words):
        self.assertEqual(len(errors), 1, errors)
        self.assertTrue(errors[0].startswith(place + ": "), errors[0])
        self.assertIn(words, errors[0])


class Includes(MadeUpTree):
    def test_a_tree_in_order_has_no_errors(self):
        self.assertEqual(self.include_errors(), [])

    def test_an_include_upwards_is_found_with_file_and_line(self):
        self.write("src/base/error.hpp", '#pragma once\n\n#include "market/bars.hpp"\n')
        self.assert_one_error(self.include_errors(), "src/base/error.hpp:3", "'base' may not include 'market'")

    def test_angle_brackets_do_not_hide_an_include_upwards(self):
        self.write("src/base/error.hpp", "#include <market/bars.hpp>\n")
        self.assert_one_error(self.include_errors(), "src/base/error.hpp:1", "'base' may not include 'market'")

    def test_a_relative_path_does_not_hide_an_include_upwards(self):
        self.write("src/base/error.hpp", '#include "../market/bars.hpp"\n')
        self.assert_one_error(self.include_errors(), "src/base/error.hpp:1", "'base' may not include 'market'")

    def test_neighbours_may_not_include_each_other(self):
        self.write("src/space/grid.hpp", '#include "market/bars.hpp"\n')
        self.assert_one_error(self.include_errors(), "src/space/grid.hpp:1", "'space' may not include 'market'")

    def test_monitor_may_include_base_alone(self):
        self.write("src/monitor/nvml.cpp", '#include "base/error.hpp"\n#include "market/bars.hpp"\n')
        self.assert_one_error(self.include_errors(), "src/monitor/nvml.cpp:2", "it may include: base")

    def test_the_cuda_folder_is_for_device_alone(self):
        self.write("src/device/list.cpp", '#include "device/cuda/driver.hpp"\n')
        self.write("src/sweep/run.cpp", '#include "device/cuda/driver.hpp"\n')
        self.assert_one_error(self.include_errors(), "src/sweep/run.cpp:1", "'device/cuda' is for the module 'device'")

    def test_a_missing_header_is_found(self):
        self.write("src/market/reader.cpp", '#include "market/bars.hpp"\n#include "market/baars.hpp"\n')
        self.assert_one_error(self.include_errors(), "src/market/reader.cpp:2", '"market/baars.hpp" does not exist')

    def test_the_product_may_not_include_the_tests(self):
        self.write("tests/common.hpp", "")
        self.write("src/market/reader.cpp", '#include "common.hpp"\n')
        self.assert_one_error(self.include_errors(), "src/market/reader.cpp:1", "a file of the tests")

    def test_the_public_headers_are_for_the_module_behind_them_alone(self):
        self.write("include/threadx/placement.hpp", '#pragma once\n#include "base/error.hpp"\n')
        self.write("src/api/machine.hpp", '#include "threadx/placement.hpp"\n')
        self.assertEqual(self.include_errors(), [])
        self.write("src/sweep/run.hpp", '#include "threadx/placement.hpp"\n')
        self.assert_one_error(self.include_errors(), "src/sweep/run.hpp:1", "may not include the public headers")

    def test_an_unknown_module_is_found(self):
        self.write("src/utils/misc.hpp", '#include "base/error.hpp"\n')
        self.assert_one_error(self.include_errors(), "src/utils/misc.hpp:1", "'utils' has no place in the order")

    def test_a_file_of_500_lines_passes_and_one_of_501_fails(self):
        self.write("src/market/long.cpp", "//\n" * 500)
        self.assertEqual(self.include_errors(), [])
        self.write("src/market/long.cpp", "//\n" * 501)
        self.assert_one_error(self.include_errors(), "src/market/long.cpp:501", "longer than 500 lines")


class Names(MadeUpTree):
    def test_a_tree_in_order_has_no_errors(self):
        self.write("src/market/bars.hpp", "#pragma once\nclass Reader;\nstruct Bars {\n    struct Reader {\n    };\n};\n")
        self.write("src/market/reader.hpp", "#pragma once\nstruct Bars;\nclass Reader {\n};\nclass Bars::Reader {\n};\n")
        self.assertEqual(list(check_names.errors(self.root)), [])

    def test_two_types_of_one_name_are_found_whatever_they_are(self):
        self.write("src/base/error.hpp", "#pragma once\n\nstruct Outcome {\n};\n")
        for line in ["struct Outcome {", "class Outcome final : public Error {", "enum class Outcome : std::uint8_t { ok };"]:
            with self.subTest(line):
                self.write("include/threadx/bank.hpp", f"#pragma once\n{line}\n")
                self.assert_one_error(list(check_names.errors(self.root)), "src/base/error.hpp:3", "include/threadx/bank.hpp:2")


class Words(MadeUpTree):
    def word_errors(self, text):
        self.write("docs/notes.md", "first line\n" + text + "\n")
        return list(check_words.errors(self.root))

    def test_a_clean_tree_has_no_errors(self):
        self.assertEqual(self.word_errors("in build/ro" + "ot, ~/data, or $HOME/data; /usr/share"), [])

    def test_folders_of_one_machine_are_found(self):
        for word in ["/ro" + "ot/.cache", "`/wo" + "rk/main`", "/ho" + "me/anna/bars", "cd /wo" + "rk"]:
            with self.subTest(word):
                self.assert_one_error(self.word_errors(f"see {word}"), "docs/notes.md:2", "a folder of one machine")

    def test_hosts_of_packages_are_found(self):
        for word in ["https://py" + "pi.org/simple", "http://deb.deb" + "ian.org/debian"]:
            with self.subTest(word):
                self.assert_one_error(self.word_errors(f"see {word}"), "docs/notes.md:2", "a host of packages")


if __name__ == "__main__":
    unittest.main()
