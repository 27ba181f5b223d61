// The windows of a walk-forward: where they lie, what they leave out, and what is refused.
#include <algorithm>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "base/error.hpp"
#include "sweep/folds.hpp"

using namespace threadx;

namespace {

constexpr std::int64_t minute = 60'000'000'000;

// Bars of a minute, of which some may be missing.
Bars minutes(std::size_t count, std::size_t missing_from = 0, std::size_t missing = 0) {
    Bars bars;
    for (std::size_t t = 0; t < count + missing; ++t) {
        if (t >= missing_from && t < missing_from + missing) continue;
        bars.time.push_back(static_cast<std::int64_t>(t) * minute);
        for (auto* field : {&bars.open, &bars.high, &bars.low, &bars.close, &bars.volume})
            field->push_back(1.0);
    }
    return bars;
}

std::vector<Fold> folds(const std::string& section, const Bars& bars) {
    const ConfigNode node = ConfigNode::parse(section, "w.toml");
    return make_folds(read_walkforward(node), bars, node.where);
}

std::string refusal(const std::string& section, const Bars& bars) {
    try {
        folds(section, bars);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

std::vector<std::pair<BarRange, BarRange>> pairs(const std::vector<Fold>& folds) {
    std::vector<std::pair<BarRange, BarRange>> out;
    for (const Fold& fold : folds) {
        REQUIRE(fold.train.size() == 1);
        REQUIRE(fold.test.size() == 1);
        out.emplace_back(fold.train.front(), fold.test.front());
    }
    return out;
}

using Pairs = std::vector<std::pair<BarRange, BarRange>>;

} // namespace

TEST_CASE("windows in bars, in time, anchored, with a purge and a step of its own") {
    const Bars bars = minutes(100);
    CHECK(pairs(folds("train = 40\ntest = 20\n", bars)) ==
          Pairs{{{0, 40}, {40, 60}}, {{20, 60}, {60, 80}}, {{40, 80}, {80, 100}}});
    CHECK(pairs(folds("train = \"40m\"\ntest = \"20m\"\n", bars)) ==
          pairs(folds("train = 40\ntest = 20\n", bars)));
    CHECK(pairs(folds("train = 40\ntest = 20\nanchored = true\n", bars)) ==
          Pairs{{{0, 40}, {40, 60}}, {{0, 60}, {60, 80}}, {{0, 80}, {80, 100}}});
    CHECK(pairs(folds("train = 40\ntest = 20\npurge = 5\nstep = 30\n", bars)) ==
          Pairs{{{0, 40}, {45, 65}}, {{30, 70}, {75, 95}}});
    CHECK(pairs(folds("train = 40\ntest = 61\n", minutes(101))) == Pairs{{{0, 40}, {40, 101}}});
}

TEST_CASE("a time reaches over bars that are missing") {
    const Bars bars = minutes(100, 10, 20); // bar 10 is at minute 30
    CHECK(pairs(folds("train = \"40m\"\ntest = \"20m\"\nstep = \"40m\"\n", bars)) ==
          Pairs{{{0, 20}, {20, 40}}, {{20, 60}, {60, 80}}});
    // a window that lies in a hole is left out, and those behind it are where they would be without it
    const Bars holed = minutes(100, 30, 60); // bar 30 is at minute 90
    CHECK(pairs(folds("train = \"20m\"\ntest = \"10m\"\n", holed)) == Pairs{{{0, 20}, {20, 30}},
                                                                            {{30, 40}, {40, 50}},
                                                                            {{30, 50}, {50, 60}},
                                                                            {{40, 60}, {60, 70}},
                                                                            {{50, 70}, {70, 80}},
                                                                            {{60, 80}, {80, 90}},
                                                                            {{70, 90}, {90, 100}}});
}

TEST_CASE("a rolling training ends before its test, and everything lies in the data") {
    CHECK(rc::check("purge", [] {
        const auto count = *rc::gen::inRange<std::size_t>(10, 300);
        const auto missing = *rc::gen::inRange<std::size_t>(0, 30);
        const Bars bars = minutes(count, count / 2, missing);
        const bool in_time = *rc::gen::arbitrary<bool>();
        const auto number = [&](int least, int most) { return *rc::gen::inRange(least, most); };
        const auto text = [&](int n) {
            return in_time ? "\"" + std::to_string(n) + "m\"" : std::to_string(n);
        };
        const int purge = number(1, 20);
        const int train = number(2, 60);
        const int test = number(2, 40);
        const bool anchored = *rc::gen::arbitrary<bool>();
        std::vector<Fold> found;
        try {
            found = folds("train = " + text(train) + "\ntest = " + text(test) + "\npurge = " + text(purge) +
                              "\nanchored = " + (anchored ? "true" : "false") + "\n",
                          bars);
        } catch (const InputError&) {
            return; // too long for the data, or too short for a window
        }
        RC_ASSERT(!found.empty());
        std::size_t before = 0;
        for (const auto& [training, tested] : pairs(found)) {
            RC_ASSERT(tested.end <= bars.size());
            RC_ASSERT(training.size() >= 2);
            RC_ASSERT(tested.size() >= 2);
            RC_ASSERT(tested.first >= before); // tests follow one another
            before = tested.end;
            if (anchored) RC_ASSERT(training.first == 0);
            if (in_time) // from the close of the last bar of the training to the open of the test
                RC_ASSERT(bars.time[tested.first] - (bars.time[training.end - 1] + minute) >= purge * minute);
            else
                RC_ASSERT(tested.first == training.end + static_cast<std::size_t>(purge));
        }
    }));
}

TEST_CASE(
    "combinatorial purged cross-validation: every choice of groups, purged before and after its tests") {
    CHECK(rc::check("cpcv", [] {
        const auto groups = *rc::gen::inRange(2, 8);
        const auto tested = *rc::gen::inRange(1, groups);
        const auto purge = *rc::gen::inRange(0, 6);
        const auto embargo = *rc::gen::inRange(0, 6);
        const Bars bars = minutes(*rc::gen::inRange<std::size_t>(160, 400));
        const bool in_time = *rc::gen::arbitrary<bool>();
        const auto text = [&](int n) {
            return in_time ? "\"" + std::to_string(n) + "m\"" : std::to_string(n);
        };
        const std::vector<Fold> found =
            folds("kind = \"cpcv\"\ngroups = " + std::to_string(groups) +
                      "\ntest_groups = " + std::to_string(tested) + "\npurge = " + text(purge) +
                      "\nembargo = " + text(embargo) + "\n",
                  bars);
        std::size_t choices = 1;
        for (int i = 0; i < tested; ++i) choices = choices * static_cast<std::size_t>(groups - i) / (i + 1);
        RC_ASSERT(found.size() == choices);
        for (const Fold& fold : found) {
            std::vector<char> use(bars.size(), '-');
            for (const BarRange& range : fold.test)
                for (std::size_t t = range.first; t < range.end; ++t) use[t] = 't';
            for (const BarRange& range : fold.train)
                for (std::size_t t = range.first; t < range.end; ++t) {
                    RC_ASSERT(use[t] == '-'); // no bar is trained on and tested, or trained on twice
                    use[t] = 'T';
                }
            RC_ASSERT(fold.test.size() == static_cast<std::size_t>(tested));
            for (std::size_t t = 0; t < use.size(); ++t) {
                // by hand: how far the next test is, forwards and backwards
                std::size_t ahead = t;
                while (ahead < use.size() && use[ahead] != 't') ++ahead;
                std::size_t behind = t + 1;
                while (behind > 0 && use[behind - 1] != 't') --behind;
                const bool too_near =
                    (ahead < use.size() && ahead - t <= static_cast<std::size_t>(purge)) ||
                    (behind > 0 && t - (behind - 1) <= static_cast<std::size_t>(purge + embargo));
                if (use[t] != 't') RC_ASSERT((use[t] == '-') == too_near);
            }
        }
        // each path has every group once, and each fold's test of a group is on one path
        const auto paths = folds_of_paths(found, static_cast<std::size_t>(groups));
        RC_ASSERT(paths.size() ==
                  choices * static_cast<std::size_t>(tested) / static_cast<std::size_t>(groups));
        std::vector<std::pair<std::size_t, std::size_t>> used;
        for (const auto& path : paths)
            for (std::size_t group = 0; group < path.size(); ++group) {
                const std::vector<std::size_t>& of_fold = found[path[group]].test_groups;
                RC_ASSERT(std::count(of_fold.begin(), of_fold.end(), group) == 1);
                used.emplace_back(path[group], group);
            }
        std::sort(used.begin(), used.end());
        RC_ASSERT(std::adjacent_find(used.begin(), used.end()) == used.end());
        RC_ASSERT(used.size() == choices * static_cast<std::size_t>(tested));
    }));
}

TEST_CASE("what makes no windows is refused with its reason") {
    const Bars bars = minutes(100);
    Bars undated = bars;
    undated.time.clear();
    const auto says = [&](const std::string& section, const std::string& part, const Bars& over) {
        const std::string text = refusal(section, over);
        CAPTURE(text);
        CHECK(text.find(part) != std::string::npos);
    };
    says("train = 90\ntest = 20\n", "longer than the data, which has 100 bars; shorten them", bars);
    says("train = 90\ntest = 20\npurge = 50\n", "longer than the data", bars);
    says("train = \"3w\"\ntest = \"1d\"\n", "longer than the data", bars);
    says("train = \"40m\"\ntest = 20\n", "the bars have none", undated);
    says("train = 40\n", "needs test", bars);
    says("train = 40\ntest = 0\n", "longer than 0", bars);
    says("train = 40\ntest = 20\nstep = 10\n", "tests would overlap", bars);
    says("train = 1\ntest = 20\n", "too short", bars);
    says("train = 40\ntest = 20\nembargo = 5\n", "use purge", bars);
    says("train = \"soon\"\ntest = 20\n", "no length", bars);
    says("train = -5\ntest = 20\n", "negative", bars);
    says("train = 40\ntest = 20\nby = \"sharp\"\n", "did you mean 'sharpe'", bars);
    says("trian = 40\ntest = 20\n", "did you mean 'train'", bars);
    says("kind = \"cpcv\"\ngroups = 4\ntest_groups = 4\n", "leaves none", bars);
    says("kind = \"cpcv\"\ngroups = 60\n", "too few", bars);
    says("kind = \"cpcv\"\ngroups = 20\ntest_groups = 10\n", "more than 1000 folds", bars);
    says("kind = \"cpcv\"\ngroups = 10\npurge = 9\n", "less than 2 bars of a group of 10", bars);
}
