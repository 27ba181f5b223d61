"""A report in a real browser: everything is drawn, the controls do what they say, nothing is loaded and nothing goes wrong."""

import json
import os
import re
import tempfile
import time
import unittest

import browser
import program

SPACE = "fast = [3, 5, 8, 13]\nslow = [10, 20, 30, 40, 60]\nstop = [0.01, 0.03, 0.05]\n"


class PageTest(unittest.TestCase):
    """All tests of the module share one browser, one run and its page."""

    @classmethod
    def setUpClass(cls):
        if not hasattr(PageTest, "page"):
            PageTest.start()
        cls.window = PageTest.window

    @classmethod
    def start(cls):
        folder = tempfile.TemporaryDirectory(prefix="threadx_page_")
        unittest.addModuleCleanup(folder.cleanup)
        text = program.sweep_file(program.bars(3000), "ma_crossover", SPACE, "[execution]\nfee = 0.0001\n")
        with open(os.path.join(folder.name, "sweep.toml"), "w", encoding="utf-8") as file:
            file.write(text)
        for words in (["sweep", "sweep.toml", "--out", "run"], ["report", "run"]):
            made = program.run(*words, cwd=folder.name)
            assert made.status == 0, made.err
        PageTest.rows = json.loads(program.run("show", "run", "--all", "--json", cwd=folder.name).out)
        PageTest.page = os.path.join(folder.name, "run", "report.html")
        PageTest.window = browser.Browser(os.path.join(folder.name, "profile"))
        unittest.addModuleCleanup(PageTest.window.close)

    def setUp(self):
        self.window.resize(1280, 900)
        self.window.media(prefers_color_scheme="light")
        self.window.log()
        self.window.open(self.page)
        self.addCleanup(self.check_console)

    def check_console(self):
        self.assertEqual(self.window.log(), [], "messages on the console")

    def js(self, text, *arguments):
        return self.window.script(text, *arguments)

    def colors(self, canvas):
        """How many different colours a canvas shows."""
        return self.js(
            "const c = document.querySelector(arguments[0]); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            "const seen = new Set(); for (let i = 0; i < d.length; i += 4) seen.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]); return seen.size;",
            canvas,
        )

    def picture(self, canvas):
        return self.js("return document.querySelector(arguments[0]).toDataURL();", canvas)

    def choose(self, section, label, value):
        """Chooses in a <select> by its label, as a person would: by its text."""
        self.js(
            "const label = [...document.querySelectorAll(`#${arguments[0]} label`)].find((l) => l.firstChild.textContent === arguments[1]);"
            "const select = label.querySelector('select'); select.value = [...select.options].find((o) => o.text === arguments[2]).value;"
            "select.dispatchEvent(new Event('change', { bubbles: true }));",
            section, label, value,
        )  # fmt: skip

    def column(self, section, title):
        """The texts of a table's column, and its aria-sort."""
        return self.js(
            "const heads = [...document.querySelectorAll(`#${arguments[0]} .sorted-table th[scope=col]`)];"
            "const k = heads.findIndex((h) => h.textContent === arguments[1]);"
            "return [[...document.querySelectorAll(`#${arguments[0]} .sorted-table tbody tr`)].map((r) => r.children[k].textContent), heads[k].getAttribute('aria-sort')];",
            section, title,
        )  # fmt: skip

    def click_header(self, section, title):
        self.js("[...document.querySelectorAll(`#${arguments[0]} .sorted-table th button`)].find((b) => b.textContent === arguments[1]).click();", section, title)

    def filter(self, text):
        self.js("const s = document.querySelector('#scenarios input[type=search]'); s.value = arguments[0]; s.dispatchEvent(new Event('input'));", text)
        return self.js("return document.querySelector('#scenarios .where').textContent;"), self.js("return document.querySelector('#scenarios [role=status]').textContent;")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def numbers(texts):
    return [float(re.sub(r"[^\d.\-]", "", text)) for text in texts]


class Loading(PageTest):
    def test_nothing_is_loaded_but_the_page(self):
        self.window.log("performance")
        self.window.open(self.page)
        events = [json.loads(entry["message"])["message"] for entry in self.window.log("performance")]
        asked = {event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}
        self.assertEqual(asked, {"file://" + self.page})

    def test_every_section_is_drawn(self):
        self.assertEqual(self.js("return [...document.querySelectorAll('section')].filter((s) => s.children.length < 2).map((s) => s.id);"), [])
        self.assertNotIn("could not be drawn", self.js("return document.querySelector('main').textContent;"))
        self.assertGreater(self.colors("#heatmap canvas"), 8)
        self.assertGreater(self.colors("#trades-on-prices canvas"), 4)
        for canvas in ("#equity figure:nth-of-type(1) canvas", "#equity figure:nth-of-type(2) canvas"):
            self.assertGreater(self.colors(canvas), 3)
        for section in ("spread", "trades"):
            self.assertGreater(self.js("return document.querySelectorAll(`#${arguments[0]} svg rect`).length;", section), 5)
        self.assertGreater(self.js("return document.querySelectorAll('#months tbody td').length;"), 5)


    def test_where_there_is_no_dygraphs_the_curves_are_drawn_plainly(self):
        with open(self.page, encoding="utf-8") as file:
            scripts = file.read().split("<script>")
        plain = self.page.replace("report.html", "plain.html")
        with open(plain, "w", encoding="utf-8") as file:
            file.write("<script>".join(script for script in scripts if ".Dygraph=" not in script))
        self.window.open(plain)
        self.assertEqual(self.js("return typeof Dygraph;"), "undefined")
        self.assertGreaterEqual(self.js("return document.querySelectorAll('#equity svg path').length;"), 4)


class Findings(PageTest):
    """What robustness and walkforward themselves left beside a run, drawn."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = os.path.dirname(os.path.dirname(cls.page))
        with open(os.path.join(folder, "sweep.toml"), encoding="utf-8") as file:
            text = file.read()
        with open(os.path.join(folder, "folds.toml"), "w", encoding="utf-8") as file:
            file.write(text + '[walkforward]\ntrain = "20d"\ntest = "10d"\n')
        for words in (["robustness", "run", "--top", "3", "--simulations", "200"], ["report", "run", "--out", "found.html"],
                      ["walkforward", "folds.toml", "--out", "folds"], ["report", "folds"]):  # fmt: skip
            made = program.run(*words, cwd=folder)
            assert made.status == 0, made.err
        cls.found = os.path.join(folder, "found.html")
        cls.folds = os.path.join(folder, "folds", "report.html")
        cls.walkforward = json.loads(read(os.path.join(folder, "folds", "walkforward.json")))
        cls.robustness = json.loads(read(os.path.join(folder, "run", "robustness.json")))

    def texts(self, selector):
        return self.js("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent);", selector)

    def test_robustness_has_a_line_for_each_test_and_overfitting_its_numbers(self):
        self.window.open(self.found)
        tests = self.robustness["scenarios"][0]["tests"]
        spread = [test for test in tests if test.get("simulations", 1) > 1]
        self.assertEqual(len(self.texts("#robustness tbody tr")), len(spread))
        counts = numbers(self.texts("#robustness tbody tr td:nth-of-type(1)"))
        self.assertEqual(counts, [test["simulations"] for test in spread])
        self.assertGreater(self.js("return document.querySelectorAll('#robustness svg circle').length;"), 5)
        self.assertEqual(len(self.texts("#robustness select option")[:3]), 3)
        self.assertIn("deflated Sharpe", self.texts("#overfitting dt"))
        self.assertGreater(self.js("return document.querySelectorAll('#overfitting svg rect').length;"), 3)
        self.assertEqual(self.js("return [...document.querySelectorAll('section')].filter((s) => s.children.length < 2).length;"), 0)

    def test_of_a_walk_forward_it_shows_what_became_of_the_choices(self):
        self.window.open(self.folds)
        sections = self.texts("section h2")
        for name in ("Equity", "Prices", "Months", "Trades"):  # of single scenarios over all bars, which it has not
            self.assertNotIn(name, sections)
        self.assertNotIn("were not there", self.js("return document.querySelector('main').textContent;"))
        folds = self.walkforward["folds"]
        self.assertGreater(len(folds), 3)
        self.assertIn(f"60 scenarios in {len(folds)} folds", self.texts("#top .note")[0])
        tests = self.walkforward["out_of_sample"]["metrics"]
        facts = dict(zip(self.texts("#summary dt"), self.texts("#summary dd")))
        self.assertAlmostEqual(numbers([facts["sharpe"]])[0], tests["sharpe"], delta=6e-4)
        self.assertEqual(numbers([facts["trades"]])[0], tests["trades"])
        self.assertEqual(len(self.column("scenarios", "fold")[0]), 25)
        self.assertLess(max(numbers(self.column("scenarios", "scenario")[0])), 60)
        rows = [row for row in self.js("return [...document.querySelectorAll('#walkforward tbody')].map((b) => [...b.rows].map((r) => [...r.cells].map((c) => c.textContent)));") if len(row) == len(folds)][0]
        for i, fold in enumerate(folds):
            self.assertEqual(rows[i][0], str(i))
            self.assertEqual(numbers([rows[i][2]])[0], fold["scenario"])
            self.assertAlmostEqual(numbers([rows[i][5]])[0], fold["out_of_sample"]["sharpe"], delta=6e-4 * max(1, abs(fold["out_of_sample"]["sharpe"])))
        self.assertEqual(self.js("return [...document.querySelectorAll('section')].filter((s) => s.children.length < 2).length;"), 0)

    def test_without_the_bars_a_walk_forward_s_page_is_the_same(self):
        folder = os.path.dirname(os.path.dirname(self.page))
        data = re.search(r'file = "(.*?)"', read(os.path.join(folder, "folds.toml")))[1]
        there = os.path.join(folder, data)
        os.rename(there, there + ".away")
        self.addCleanup(os.rename, there + ".away", there)
        made = program.run("report", "folds", "--out", "away.html", cwd=folder)
        self.assertEqual(made.status, 0, made.err)
        self.window.open(self.folds)
        whole = self.js("return document.querySelector('#walkforward').textContent;")
        self.window.open(os.path.join(folder, "away.html"))
        self.assertEqual(self.js("return document.querySelector('#walkforward').textContent;"), whole)


class Heatmap(PageTest):
    def test_each_picker_changes_the_picture(self):
        seen = [self.picture("#heatmap canvas")]
        for label, value in (("Metric", "max_drawdown"), ("Across", "stop"), ("Up", "slow"), ("Other parameters", "in the mean"), ("Other parameters", "at chosen values"), ("fast", "3")):
            self.choose("heatmap", label, value)
            seen.append(self.picture("#heatmap canvas"))
        self.assertEqual(len(set(seen)), len(seen))

    def test_arrow_keys_read_the_cells(self):
        self.choose("heatmap", "Metric", "total_return")
        self.js("document.querySelector('#heatmap canvas').focus();")
        self.window.press("left", "left", "left", "left", "left", "left", "left", "down", "down", "down", "down", "down")
        told = self.js("return document.querySelector('#heatmap .live').textContent;")
        best = max(row["metrics"]["total_return"] for row in self.rows if row["parameters"]["slow"] == 10 and row["parameters"]["fast"] == 3)
        self.assertEqual(told, f"slow = 10, fast = 3, total_return: {100 * best:.2f} %")

    def test_choosing_the_same_parameter_twice_swaps_them(self):
        self.choose("heatmap", "Across", "fast")
        chosen = self.js("return [...document.querySelectorAll('#heatmap select')].slice(1, 3).map((s) => s.selectedOptions[0].text);")
        self.assertEqual(chosen, ["fast", "slow"])


class Tables(PageTest):
    def test_a_click_on_a_header_sorts_by_it_and_another_one_turns_it_round(self):
        self.click_header("scenarios", "total_return")
        texts, order = self.column("scenarios", "total_return")
        best = sorted((100 * row["metrics"]["total_return"] for row in self.rows), reverse=True)[:25]
        self.assertEqual((order, texts), ("descending", [f"{value:,.2f} %" for value in best]))
        self.click_header("scenarios", "total_return")
        texts, order = self.column("scenarios", "total_return")
        self.assertEqual((order, numbers(texts)), ("ascending", sorted(numbers(texts))))
        self.assertEqual(self.column("scenarios", "sharpe")[1], None)

    def test_the_filter_keeps_the_rows_that_its_conditions_hold_for(self):
        trades = sorted(row["metrics"]["trades"] for row in self.rows)[30]
        expected = [row for row in self.rows if row["metrics"]["trades"] >= trades and row["parameters"]["stop"] == 0.03]
        where, problem = self.filter(f"trades >= {trades:.0f} and stop = 0.03")
        self.assertEqual((where.split(" of ")[1], problem), (str(len(expected)), ""))
        self.assertEqual(set(self.column("scenarios", "stop")[0]), {"0.03"})
        self.assertEqual(self.filter("17")[0], "1–1 of 1")
        self.assertEqual(self.column("scenarios", "scenario")[0], ["17"])
        self.assertEqual(self.filter("trades > 1e9")[0], "No rows.")
        self.assertIn("no column of numbers called “trade”", self.filter("trade > 3")[1])
        self.assertEqual(self.filter("")[0], "1–25 of 60")

    def test_pages_go_on(self):
        first = self.column("scenarios", "scenario")[0]
        self.js("[...document.querySelectorAll('#scenarios button')].find((b) => b.textContent === 'Next').click();")
        second = self.column("scenarios", "scenario")[0]
        self.assertEqual(len(set(first + second)), 50)
        self.assertEqual(self.js("return document.querySelector('#scenarios .where').textContent;"), "26–50 of 60")

    def test_other_columns_can_be_shown(self):
        self.js("[...document.querySelectorAll('#scenarios .columns label')].find((l) => l.textContent === 'calmar').querySelector('input').click();")
        self.assertEqual(len(self.column("scenarios", "calmar")[0]), 25)


class Prices(PageTest):
    def test_buttons_and_keys_go_to_trades_and_zoom(self):
        seen = [self.picture("#trades-on-prices canvas")]
        for text in ("Trade ›", "Trade ›", "−", "All"):
            self.js("[...document.querySelectorAll('#trades-on-prices button')].find((b) => b.textContent === arguments[0]).click();", text)
            seen.append(self.picture("#trades-on-prices canvas"))
        self.assertEqual(seen[0], seen[-1])
        self.assertEqual(len(set(seen)), len(seen) - 1)
        self.js("document.querySelector('#trades-on-prices canvas').focus();")
        self.window.press("n")
        told = self.js("return document.querySelector('#trades-on-prices [aria-live]').textContent;")
        self.assertRegex(told, r"\A(Long|Short) 3 of \d+: ")
        self.window.press("right", "+")
        self.assertNotIn(self.picture("#trades-on-prices canvas"), seen)

    def test_the_scenario_chosen_in_one_section_is_shown_in_all(self):
        before = self.js("return [document.querySelector('#months caption').textContent, document.querySelector('#trades .where').textContent];")
        second = self.js("return document.querySelector('#months select').options[1].text;")
        self.choose("trades", "Scenario", second)
        after = self.js("return [document.querySelector('#months caption').textContent, document.querySelector('#trades .where').textContent];")
        self.assertNotEqual(before[0], after[0])
        self.assertEqual(self.js("return document.querySelector('#trades-on-prices select').value;"), "1")


class Readers(PageTest):
    def test_dark_follows_the_system_and_the_button_overrules_it(self):
        color = "return [document.documentElement.dataset.theme, getComputedStyle(document.body).backgroundColor];"
        light, picture = self.js(color), self.picture("#heatmap canvas")
        self.window.media(prefers_color_scheme="dark")
        ends = time.monotonic() + 10
        while (dark := self.js(color))[0] == light[0] and time.monotonic() < ends:
            time.sleep(0.02)  # the browser tells the page when it has a moment
        self.assertEqual((light[0], dark[0]), ("light", "dark"))
        self.assertNotEqual(light[1], dark[1])
        self.assertNotEqual(picture, self.picture("#heatmap canvas"))
        self.js("document.getElementById('theme').click();")
        self.assertEqual(self.js(color), light)

    def test_a_phone_shows_it_without_scrolling_sideways(self):
        self.window.resize(390, 844, mobile=True, ratio=2)
        self.window.open(self.page)
        self.assertEqual(self.js("return [document.documentElement.scrollWidth, innerWidth];"), [390, 390])
        self.assertGreater(self.colors("#heatmap canvas"), 8)

    def test_a_wide_window_that_becomes_narrow_does_so_too(self):
        self.window.resize(400, 800)
        self.assertLessEqual(self.js("return new Promise((done) => setTimeout(() => done(document.documentElement.scrollWidth), 200));"), 400)

    def test_it_prints(self):
        with tempfile.TemporaryDirectory() as folder:
            self.window.media(prefers_color_scheme="dark")
            self.window.pdf(os.path.join(folder, "report.pdf"))
            with open(os.path.join(folder, "report.pdf"), "rb") as file:
                self.assertTrue(file.read(5) == b"%PDF-")
        self.assertEqual(self.js("return [...document.querySelectorAll('#equity .paper')].map((p) => p.querySelectorAll('path').length);"), [4, 4])  # the curves that are checked
        self.assertEqual(self.js("return document.documentElement.dataset.theme;"), "dark")  # light on paper alone

    def test_the_tab_key_reaches_the_controls_in_the_order_of_the_page(self):
        visited = []
        for _ in range(24):
            self.window.press("tab")
            visited.append(self.js("const e = document.activeElement; return e.id || e.closest('section')?.id || e.closest('nav')?.id || e.textContent;"))
        self.assertEqual(visited[:2], ["Skip to the report", "theme"])
        order = [name for i, name in enumerate(visited) if name not in visited[:i]]
        self.assertEqual(order[2:5], ["contents", "heatmap", "scenarios"])

    def test_enter_on_a_header_sorts_and_keeps_the_focus(self):
        self.js("[...document.querySelectorAll('#scenarios th button')].find((b) => b.textContent === 'trades').focus();")
        self.window.press("enter")
        self.assertEqual(self.column("scenarios", "trades")[1], "descending")
        self.assertEqual(self.js("return document.activeElement.textContent;"), "trades")

    def test_every_control_and_picture_has_a_name(self):
        nodes = self.window.devtools("Accessibility.getFullAXTree")["nodes"]
        roles = {"button", "combobox", "checkbox", "searchbox", "link", "image", "img"}
        shown = [node for node in nodes if not node["ignored"] and node.get("role", {}).get("value") in roles]
        self.assertGreater(len(shown), 60)
        nameless = [node["role"]["value"] for node in shown if not node.get("name", {}).get("value", "").strip()]
        self.assertEqual(nameless, [])

    def test_text_can_be_read_on_its_background(self):
        for scheme in ("light", "dark"):
            self.window.media(prefers_color_scheme=scheme)
            self.assertEqual(self.js(CONTRAST), [], scheme)


# The texts whose contrast is below 4.5 : 1 (WCAG 2, AA), as "contrast text".
CONTRAST = """
const parse = (text) => { const c = document.createElement("canvas").getContext("2d", { willReadFrequently: true }); c.clearRect(0, 0, 1, 1); c.fillStyle = text; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]; };
const light = ([r, g, b]) => { const f = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
const over = (top, under) => top.slice(0, 3).map((v, i) => (v * top[3] + under[i] * (255 - top[3])) / 255);
const background = (element) => { if (!element) return [255, 255, 255]; const own = parse(getComputedStyle(element).backgroundColor); return own[3] === 255 ? own : over(own, background(element.parentElement)); };
const found = new Set();
for (const element of document.querySelectorAll("body *")) {
  if (!element.checkVisibility() || element.closest("svg, .dygraph-axis-label, :disabled")) continue;
  if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue;
  const a = light(parse(getComputedStyle(element).color)), b = light(background(element));
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast < 4.5) found.add(contrast.toFixed(2) + " " + element.textContent.slice(0, 40));
}
return [...found];
"""

if __name__ == "__main__":
    if browser.missing():
        print(f"skipped: report_page_test because not installed: {', '.join(browser.missing())}")
    else:
        program.main()
