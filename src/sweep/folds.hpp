// The windows of a walk-forward: on which bars scenarios are chosen, and on which the chosen one is tested.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bar_range.hpp"
#include "base/toml_config.hpp"
#include "market/bars.hpp"

namespace threadx {

// Bars, or time. Written as 500 or "90d".
struct BarLength {
    std::int64_t bars = 0;
    std::int64_t nanoseconds = 0; // one of the two is 0

    bool is_none() const { return bars == 0 && nanoseconds == 0; }
};

// The [walkforward] section.
struct WalkforwardSettings {
    std::string kind = "rolling";
    BarLength train; // of rolling: this and the next two
    BarLength test;
    BarLength step; // none: the test's length
    bool anchored = false;
    long long groups = 6; // of cpcv: this and the next
    long long test_groups = 2;
    BarLength purge;
    BarLength embargo;
    std::string by = "sharpe";
    std::string choose = "best";
    long long min_trades = 1;
};

// InputError names the place of what is wrong; `section` is the [walkforward] table.
WalkforwardSettings read_walkforward(const ConfigNode& section);

// All keys with defaults and help, as TOML.
std::string describe_walkforward();

// One choice and its test. The training never sees a bar of the test, nor one within the purge before it,
// nor, with cpcv, within purge and embargo behind it.
struct Fold {
    std::vector<BarRange> train;          // ascending; rolling: one
    std::vector<BarRange> test;           // ascending; rolling: one; cpcv: one for each test group
    std::vector<std::size_t> test_groups; // of cpcv: the number of each
};

// rolling: training windows of `train`, each followed by `purge` and a test of `test`, one `step` after the
// other for as long as the test lies in the data; anchored: all trainings begin at the first bar. A length of
// time reaches to the first bar that is so much later. cpcv: combinatorial purged cross-validation (M. López
// de Prado, Advances in Financial Machine Learning, 2018, 12.4): the bars are cut into `groups` of nearly
// equal length; every choice of `test_groups` of them, in the order of their numbers, is a fold, trained on
// all other groups. A training group ends `purge` before a test group that follows it, and begins `purge` and
// `embargo` after one that it follows. InputError if the data is too short for one fold, or a part of one has
// fewer than 2 bars.
std::vector<Fold> make_folds(const WalkforwardSettings& settings, const Bars& bars, const std::string& where);

// The fold, in order, that tests group `group` on path `path`: each of the φ = C(groups, test_groups) ·
// test_groups / groups paths of cpcv has every group once, each fold's test of a group is on one path.
std::vector<std::vector<std::size_t>> folds_of_paths(const std::vector<Fold>& folds, std::size_t groups);

} // namespace threadx
