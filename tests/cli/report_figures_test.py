"""A report in a real browser: the figures it shows are those of the run, in every section, and of runs where little is defined."""

import csv
import io
import json
import os
import re

import browser
import program
from report_page_test import PageTest, numbers, read

CELLS = "return [...document.querySelectorAll(arguments[0] + ' tbody tr')].map((r) => [...r.cells].map((c) => c.textContent));"
EVIL = "<img src=x onerror=\"document.title='broken'\"> </script><script>document.title='broken'</script> &amp; 'q'"


class FiguresTest(PageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = os.path.dirname(os.path.dirname(cls.page))

    @classmethod
    def made(cls, *words):
        done = program.run(*words, cwd=cls.folder)
        assert done.status == 0, done.err
        return done.out

    def cells(self, selector):
        return self.js(CELLS, selector)

    def texts(self, selector):
        return self.js("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent);", selector)

    def tooltips(self, selector):
        """What is told of each shape when the pointer is over it."""
        return self.js(
            "return [...document.querySelectorAll(arguments[0])].map((e) => { e.dispatchEvent(new PointerEvent('pointermove', { clientX: 5, clientY: 5 }));"
            "return document.getElementById('tooltip').textContent; });",
            selector,
        )

    def facts(self, section):
        return dict(zip(self.texts(f"#{section} dl.facts dt"), self.texts(f"#{section} dl.facts dd")))


class OfTheRun(FiguresTest):
    def cell_told(self, *moves):
        self.js("document.querySelector('#heatmap canvas').focus();")
        self.window.press(*moves)
        return self.js("return document.querySelector('#heatmap .live').textContent;")

    def test_cells_are_the_best_the_mean_and_the_chosen_of_their_scenarios_whichever_way_round(self):
        lowest = ["left"] * 6 + ["down"] * 6
        self.choose("heatmap", "Metric", "total_return")
        self.choose("heatmap", "Across", "fast")  # and slow up: the other way round than at first
        values = [100 * row["metrics"]["total_return"] for row in self.rows if row["parameters"]["slow"] == 20 and row["parameters"]["fast"] == 3]
        self.assertEqual(self.cell_told(*lowest, "up"), f"fast = 3, slow = 20, total_return: {max(values):.2f} %")
        self.choose("heatmap", "Other parameters", "in the mean")
        self.assertEqual(self.cell_told(*lowest, "up"), f"fast = 3, slow = 20, total_return: {sum(values) / 3:.2f} %")
        self.choose("heatmap", "Other parameters", "at chosen values")
        self.choose("heatmap", "stop", "0.01")
        chosen = [row for row in self.rows if row["parameters"] == {**row["parameters"], "fast": 5, "slow": 20, "stop": 0.01}]
        self.assertEqual(self.cell_told(*lowest, "up", "right"), f"fast = 5, slow = 20, total_return: {100 * chosen[0]['metrics']['total_return']:.2f} %")

    def best_trades(self):
        best = max(self.rows, key=lambda row: row["metrics"]["sharpe"])
        sets = [word for name, value in best["parameters"].items() for word in ("--set", f"{name}={value}")]
        self.made("backtest", "ma_crossover", "--data", program.bars(3000), *sets, "--execution", "fee=0.0001", "--trades", "trades.csv")
        return best, list(csv.DictReader(io.StringIO(read(os.path.join(self.folder, "trades.csv")))))

    def test_the_trades_of_the_best_are_told_as_they_were(self):
        best, trades = self.best_trades()
        shown = self.cells("#trades .sorted-table")
        for cells, trade in zip(shown, trades):
            self.assertEqual(cells[1], trade["side"])
            self.assertEqual(cells[2:4], [trade[f"{end}_time"][:16].replace("T", " ") for end in ("entry", "exit")])
            for at, name in ((5, "entry_price"), (6, "exit_price"), (9, "pnl")):
                self.assertAlmostEqual(numbers([cells[at]])[0], float(trade[name]), delta=0.0051)
            self.assertEqual(cells[10], trade["reason"])
        self.assertEqual(len(shown), min(10, len(trades)))
        self.js("document.querySelector('#trades-on-prices canvas').focus();")
        self.window.press("n", "n")
        told = self.js("return document.querySelector('#trades-on-prices [aria-live]').textContent;").splitlines()
        for line, end in zip(told[1:], ("entry", "exit")):
            time, price = re.fullmatch(r"(?:in|out) +(\S+ \S+) at (\S+)", line).groups()
            self.assertEqual(time, trades[1][f"{end}_time"][:16].replace("T", " "))
            self.assertAlmostEqual(numbers([price])[0], float(trades[1][f"{end}_price"]), delta=0.0051)
        sides = {cells[0]: cells for cells in self.cells("#trades h3 + .scroll table:not(.sorted-table)")}
        for side in ("long", "short"):
            pnl = [float(trade["pnl"]) for trade in trades if trade["side"] == side]
            if pnl:
                self.assertEqual(int(sides[side][1]), len(pnl))
                self.assertAlmostEqual(numbers([sides[side][4]])[0], sum(pnl), delta=0.006)

    def test_entries_are_triangles_that_point_their_way_before_the_squares_of_exits(self):
        _, trades = self.best_trades()
        self.js(
            "window.seen = []; const p = CanvasRenderingContext2D.prototype; const { moveTo, fillRect, fill, beginPath } = p; let points = [];"
            "p.beginPath = function () { points = []; beginPath.call(this); }; p.moveTo = function (x, y) { points.push([x, y]); moveTo.call(this, x, y); };"
            "const { lineTo } = p; p.lineTo = function (x, y) { points.push([x, y]); lineTo.call(this, x, y); };"
            "p.fill = function (...a) { if (points.length === 3) window.seen.push(['triangle', points]); fill.apply(this, a); };"
            "p.fillRect = function (x, y, w, h) { if (w === 8 && h === 8) window.seen.push(['square', [[x + 4, y + 4]]]); fillRect.call(this, x, y, w, h); };"
        )
        for i in range(2):
            self.js("window.seen.length = 0; document.querySelector('#trades-on-prices [aria-label=\"Next trade\"]').click();")
            seen = self.js("return window.seen;")
            square = next(points[0] for kind, points in seen if kind == "square")
            tall = [points for kind, points in seen if kind == "triangle" and abs(points[0][1] - points[1][1]) > 12]  # the trade gone to
            apex, base = tall[-1][0], tall[-1][1]
            self.assertLess(apex[0], square[0])
            self.assertEqual(apex[1] < base[1], trades[i]["side"] == "long")
            entry = (apex[1] + base[1]) / 2
            rises = float(trades[i]["exit_price"]) > float(trades[i]["entry_price"])
            if abs(square[1] - apex[1]) > 20:
                self.assertEqual(square[1] < entry, rises)

    def test_months_stand_where_they_belong_and_multiply_to_their_year(self):
        part = json.loads(self.js("return document.getElementById('data-scenarios').textContent;"))
        months = dict(part["scenarios"][0]["months"])
        years = {cells[0]: cells[1:] for cells in self.cells("#months")}
        self.assertEqual(sorted({month[:4] for month in months}), sorted(years))
        for year, cells in years.items():
            total = 1.0
            for i in range(12):
                value = months.get(f"{year}-{i + 1:02}")
                total *= 1 + (value or 0)
                if value is None:
                    self.assertEqual(cells[i], "")
                else:
                    self.assertAlmostEqual(numbers([cells[i]])[0], 100 * value, delta=0.051)
            self.assertAlmostEqual(numbers([cells[12]])[0], 100 * (total - 1), delta=0.051)

    def test_drawdowns_fall_below_zero(self):
        ticks = self.texts("#equity figure:nth-of-type(2) .dygraph-axis-label-y")
        self.assertGreater(len(ticks), 1)
        self.assertLessEqual(max(numbers(ticks)), 0)
        self.assertLess(min(numbers(ticks)), 0)

    def test_histograms_count_everything_once_in_the_bar_of_its_range(self):
        best, trades = self.best_trades()
        for figure, values in ((1, [float(trade["pnl"]) for trade in trades]), (2, [int(trade["exit_bar"]) - int(trade["entry_bar"]) for trade in trades])):
            told = self.tooltips(f"#trades figure:nth-of-type({figure}) rect")
            counts = [int(re.search(r"([\d,]+) trade", text)[1].replace(",", "")) for text in told]
            self.assertEqual(sum(counts), len(values))
            if figure == 1:
                kinds = self.js("return [...document.querySelectorAll('#trades figure:nth-of-type(1) rect')].map((r) => r.getAttribute('class'));")
                self.assertEqual(sum(count for count, kind in zip(counts, kinds) if kind == "gain"), sum(value >= 0 for value in values))
        sharpes = [row["metrics"]["sharpe"] for row in self.rows]
        told = self.tooltips("#spread rect")
        counts = [int(re.search(r"([\d,]+) scenario", text)[1]) for text in told]
        self.assertEqual(sum(counts), len(sharpes))
        for text, count in list(zip(told, counts))[1:-1]:  # the outer ones hold what lies beyond
            low, high = numbers(text.splitlines()[0].split(" to "))
            self.assertLessEqual(abs(sum(low <= value < high for value in sharpes) - count), 1)  # edges are rounded as text
        middle = sorted(sharpes)
        quantiles = {cells[0]: numbers(cells[1:])[0] for cells in self.cells("#spread")}
        self.assertAlmostEqual(quantiles["median"], (middle[29] + middle[30]) / 2, delta=max(1e-3, middle[30] - middle[29]))
        self.assertAlmostEqual(quantiles["least"], middle[0], delta=6e-4)
        self.assertAlmostEqual(quantiles["most"], middle[-1], delta=6e-4)

    def test_texts_are_sorted_by_the_alphabet_and_every_comparison_filters(self):
        self.click_header("trades", "reason")
        reasons, order = self.column("trades", "reason")
        self.assertEqual((order, reasons), ("ascending", sorted(reasons)))
        self.click_header("trades", "reason")
        reasons, _ = self.column("trades", "reason")
        self.assertEqual(reasons, sorted(reasons, reverse=True))
        for text, holds in (("slow < 20", lambda p: p["slow"] < 20), ("slow <= 20", lambda p: p["slow"] <= 20), ("slow != 20", lambda p: p["slow"] != 20),
                            ("slow > 20, stop = 3%", lambda p: p["slow"] > 20 and p["stop"] == 0.03)):  # fmt: skip
            where, _ = self.filter(text)
            self.assertEqual(where.split(" of ")[1], str(sum(holds(row["parameters"]) for row in self.rows)), text)

    def test_time_and_devices_are_those_of_the_manifest(self):
        session = json.loads(read(os.path.join(self.folder, "run", "manifest.json")))["sessions"][0]
        rows = self.cells("#machine")
        self.assertEqual([row[0] for row in rows], [device["device"] for device in session["devices"]])
        self.assertEqual([numbers([row[2]])[0] for row in rows], [device["scenarios"] for device in session["devices"]])

        def seconds(text):
            value, unit = re.search(r"([\d.,e+-]+) (min|ms|s)\b", text).groups()
            return float(value.replace(",", "")) * {"min": 60, "s": 1, "ms": 0.001}[unit]

        for row, device in zip(rows, session["devices"]):
            for at, name in ((4, "column_seconds"), (5, "simulation_seconds")):
                self.assertAlmostEqual(seconds(row[at]), device.get(name, 0), delta=1e-3 * device.get(name, 0) + 1e-9)
        key = {re.match(r"[a-z ]*[a-z]", text)[0]: text for text in self.texts("#machine .key > span")}
        for name, field in (("drawing scenarios", "draw_seconds"), ("columns and signals", "column_seconds"), ("simulation", "simulation_seconds"), ("metrics", "row_seconds")):
            self.assertAlmostEqual(seconds(key[name]), session[field], delta=1e-3 * session[field] + 1e-9)

    def test_who_uses_keys_sees_where_they_are(self):
        self.window.press("tab", "tab", "tab")
        self.assertNotEqual(self.js("return getComputedStyle(document.activeElement).outlineStyle;"), "none")

    def test_paper_has_what_can_be_read_and_not_what_is_clicked(self):
        self.window.devtools("Emulation.setEmulatedMedia", media="print")
        self.addCleanup(self.window.devtools, "Emulation.setEmulatedMedia", media="")
        seen = "return [...document.querySelectorAll(arguments[0])].filter((e) => e.checkVisibility()).length;"
        for selector in ("nav", ".controls", "#theme", ".paging", "details.on-screen", ".time-chart"):
            self.assertEqual(self.js(seen, selector), 0, selector)
        shown = self.js("return [...document.querySelectorAll('#equity .key label')].map((l) => [l.checkVisibility(), l.querySelector('input').checked, l.querySelector('input').checkVisibility()]);")
        self.assertEqual({tuple(curve) for curve in shown}, {(True, True, False), (False, False, False)})  # what is drawn, without boxes
        for selector in ("#heatmap canvas", ".sorted-table tbody tr", "#summary dd", ".paper"):
            self.assertGreater(self.js(seen, selector), 0, selector)
        self.assertEqual(self.js("return getComputedStyle(document.body).backgroundColor;"), "rgb(255, 255, 255)")


class OfFindings(FiguresTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        text = read(os.path.join(cls.folder, "sweep.toml"))
        with open(os.path.join(cls.folder, "windows.toml"), "w", encoding="utf-8") as file:
            file.write(text + '[walkforward]\ntrain = "20d"\ntest = "10d"\n')
        cls.made("robustness", "run", "--top", "2", "--simulations", "200")
        cls.made("report", "run", "--out", "findings.html")
        cls.made("walkforward", "windows.toml", "--out", "windows")
        cls.made("report", "windows")

    def of(self, *names):
        return json.loads(read(os.path.join(self.folder, *names)))

    def test_training_and_test_are_not_taken_for_each_other(self):
        self.window.open(os.path.join(self.folder, "windows", "report.html"))
        folds = self.of("windows", "walkforward.json")["folds"]
        told = self.tooltips("#walkforward svg circle")
        for series, key in (("in training", "in_sample"), ("in the test", "out_of_sample")):
            values = [numbers([text.split(": ")[1]])[0] for text in told if text.startswith(series + "\n")]
            expected = [fold[key]["sharpe"] for fold in folds if fold[key]["sharpe"] is not None]
            for value, fold in zip(values, expected, strict=True):
                self.assertAlmostEqual(value, fold, delta=1e-3 * abs(fold) + 1e-9)
        rows = next(rows for rows in self.js("return [...document.querySelectorAll('#walkforward tbody')].map((b) => [...b.rows].map((r) => [...r.cells].map((c) => c.textContent)));") if len(rows) == len(folds))
        for row, fold in zip(rows, folds):
            for at, key in ((4, "in_sample"), (5, "out_of_sample")):
                self.assertAlmostEqual(numbers([row[at]])[0], fold[key]["sharpe"], delta=6e-4)

    def test_quantiles_of_robustness_are_the_file_s(self):
        self.window.open(os.path.join(self.folder, "findings.html"))
        found = self.of("run", "robustness.json")
        tests = found["scenarios"][0]["tests"]
        middle = len(found["quantiles"]) // 2
        rows = self.cells("#robustness")
        for row, test in zip(rows, tests, strict=True):
            self.assertAlmostEqual(numbers([row[2]])[0], 100 * test["total_return"]["quantiles"][middle], delta=0.051)
            self.assertAlmostEqual(numbers([row[4]])[0], 100 * test["loss_probability"], delta=0.051)
        bars = self.js("return [...document.querySelectorAll('#robustness svg rect')].map((r) => [r.getAttribute('x'), r.getAttribute('width')].map(Number));")
        each = len(bars) // len(tests)
        nested, median = bars[: each - 1], bars[each - 1]
        for (x, width), (inner, narrow) in zip(nested, nested[1:]):  # the outer ones first
            self.assertLessEqual(x, inner)
            self.assertGreaterEqual(x + width, inner + narrow - 1e-6)
        values, center = tests[0]["total_return"]["quantiles"], median[0] + 1.5
        for k, (x, width) in enumerate(nested):  # as far from the median as its quantiles are
            below, above = values[middle] - values[k], values[-1 - k] - values[middle]
            self.assertAlmostEqual((center - x) * above, (x + width - center) * below, delta=1e-6 + 1e-2 * width * (above + below) / 2)
        told = self.tooltips("#robustness svg rect")[0]
        for probability, value in zip(found["quantiles"], tests[0]["total_return"]["quantiles"]):
            self.assertIn(f"{100 * probability:.0f} % below {100 * value:,.1f} %", told.replace("-0.0", "0.0"))

    def test_the_numbers_of_overfitting_are_the_file_s(self):
        found = self.of("run", "overfitting.json")
        facts = self.facts("overfitting")
        for name, value, digits in (("Sharpe of the best", found["best"]["sharpe"], 2), ("expected from luck", found["sharpe"]["expected_from_luck"], 2), ("deflated Sharpe", 100 * found["sharpe"]["deflated"], 0),
                                    ("overfitting (PBO)", 100 * found["cross_validation"]["overfitting_probability"], 0), ("loss out of sample", 100 * found["cross_validation"]["loss_probability"], 0),
                                    ("reality check, p", found["reality_check"]["white"], 3), ("superior ability, p", found["reality_check"]["superior_ability"], 3)):  # fmt: skip
            self.assertAlmostEqual(numbers([facts[name]])[0], value, delta=0.51 * 10**-digits, msg=name)
        counts = [int(re.search(r"([\d,]+) split", text)[1].replace(",", "")) for text in self.tooltips("#overfitting figure:nth-of-type(1) rect")]
        self.assertEqual(sum(counts), found["cross_validation"]["splits"])


class OfLittle(FiguresTest):
    """Runs in which hardly anything is defined, and texts that would like to be HTML."""

    def open_run(self, name, space, strategy="ma_crossover"):
        with open(os.path.join(self.folder, f"{name}.toml"), "w", encoding="utf-8") as file:
            file.write(program.sweep_file(program.bars(300), strategy, space))
        self.made("sweep", f"{name}.toml", "--out", name, "--force")
        self.made("report", name)
        self.window.open(os.path.join(self.folder, name, "report.html"))

    def test_what_is_undefined_is_a_dash_and_comes_last_whichever_way_it_is_sorted(self):
        self.open_run("some", "fast = [5, 8]\nslow = [20, 1900]\n")  # no average of 1900 bars: no trades, no ratios
        for _ in range(2):
            self.click_header("scenarios", "sharpe")
            texts, _ = self.column("scenarios", "sharpe")
            self.assertEqual(texts[2:], ["–", "–"])
            self.assertNotIn("–", texts[:2])
        text = self.js("return document.querySelector('main').textContent;")
        for word in ("NaN", "undefined", "null", "Infinity"):
            self.assertNotIn(word, text)

    def test_without_a_trade_every_section_says_so(self):
        self.open_run("none", "slow = [1800, 1900]\n")
        self.assertIn("closed no trade", self.texts("#trades")[0])
        self.assertNotIn("could not be drawn", self.texts("main")[0])
        for word in ("NaN", "null", "Infinity"):
            self.assertNotIn(word, self.texts("main")[0])

    def test_texts_that_look_like_html_are_texts(self):
        with open(os.path.join(self.folder, "evil.toml"), "w", encoding="utf-8") as file:
            file.write(f"name = '''{EVIL.replace(chr(39), '’')}'''\ndescription = '''{EVIL.replace(chr(39), '’')}'''\n"
                       '[params]\nn = { default = 3, min = 2, max = 9, kind = "int" }\n[rules]\nenter_long = "close > sma(close, n)"\nexit_long = "close < sma(close, n)"\n')  # fmt: skip
        self.open_run("<b>it<b>", "n = [2, 3]\n", "evil.toml")
        self.assertNotEqual(self.js("return document.title;"), "broken")
        self.assertEqual(self.js("return document.querySelectorAll('img, main b, header b').length;"), 0)
        self.assertIn("<img src=x", self.texts("#top")[0])
        self.assertIn("<b>it<b>", self.js("return document.title;"))


if __name__ == "__main__":
    if browser.missing():
        print(f"skipped: report_figures_test because not installed: {', '.join(browser.missing())}")
    else:
        program.main()
