#include "sweep/folds.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "analysis/metrics.hpp"
#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"
#include "market/time_steps.hpp"
#include "market/time_text.hpp"

namespace threadx {
namespace {

constexpr std::size_t most_folds = 1000;
constexpr std::size_t least_bars = 2; // of a window: one return

struct LengthField {
    const char* key;
    BarLength WalkforwardSettings::*member;
    const char* example;
    const char* help;
};

const LengthField length_fields[] = {
    {"train", &WalkforwardSettings::train, "\"90d\"", "bars (500) or time (\"90d\", \"12h\") to choose on"},
    {"test", &WalkforwardSettings::test, "\"30d\"", "to test the chosen scenario on, right after it"},
    {"step", &WalkforwardSettings::step, "\"30d\"",
     "from one window to the next; default: the test's length"},
    {"purge", &WalkforwardSettings::purge, "0", "left out of the training right before a test"},
    {"embargo", &WalkforwardSettings::embargo, "0",
     "cpcv: left out of the training right after a test, with the purge"},
};

const std::vector<Field<WalkforwardSettings>>& fields() {
    static const std::vector<Field<WalkforwardSettings>> list = {
        {"kind",
         &WalkforwardSettings::kind,
         "windows that move on, or combinatorial purged cross-validation",
         {.choices = {"rolling", "cpcv"}}},
        {"anchored", &WalkforwardSettings::anchored, "rolling: every training begins at the first bar"},
        {"groups", &WalkforwardSettings::groups, "cpcv: parts that the bars are cut into", {.minimum = 2}},
        {"test_groups",
         &WalkforwardSettings::test_groups,
         "cpcv: of them, how many are tested at a time",
         {.minimum = 1}},
        {"by", &WalkforwardSettings::by, "any metric: to choose by"},
        {"choose",
         &WalkforwardSettings::choose,
         "the best scenario, or the one with the best median of itself and its neighbours",
         {.choices = {"best", "plateau"}}},
        {"min_trades",
         &WalkforwardSettings::min_trades,
         "in training; scenarios with fewer are not chosen",
         {.minimum = 0}},
    };
    return list;
}

BarLength read_length(const ConfigNode& node) {
    BarLength out;
    if (node.kind == ConfigNode::Kind::integer) {
        out.bars = node.integer();
    } else if (const auto bars = parse_integer(node.text())) { // --set walkforward.train=500
        out.bars = *bars;
    } else if (const auto time = parse_duration(node.text())) {
        out.nanoseconds = *time;
    } else {
        node.fail(fmt::format("'{}' is no length; write a number of bars, such as 500, or a time, such as "
                              "\"90d\" or \"12h\"",
                              node.text()));
    }
    if (out.bars < 0 || out.nanoseconds < 0) node.fail("a length cannot be negative");
    return out;
}

std::string length_text(const BarLength& length) {
    return length.nanoseconds != 0 ? fmt::format("\"{}\"", duration_text(length.nanoseconds))
                                   : std::to_string(length.bars);
}

// A place among bars: before a bar, or behind the last.
struct Place {
    std::size_t bar = 0;
    std::int64_t time = 0; // that was meant; the bar is the first one from it on
};

class Places {
  public:
    Places(const Bars& bars, std::string where) : bars_(bars), where_(std::move(where)) {
        if (bars.has_time()) period_ = most_common_step(bars.time);
    }

    std::size_t end() const { return bars_.size(); }
    Place of(std::size_t bar) const { return {bar, time_of(bar)}; }

    // So much later; nothing if the data ends before. Times add up to what was meant, not to the bars that
    // there were, so that gaps in the data shift no later window.
    std::optional<Place> after(const Place& from, const BarLength& length) const {
        if (length.nanoseconds == 0) {
            if (length.bars > static_cast<std::int64_t>(end() - from.bar)) return std::nullopt;
            return length.bars == 0 ? from : of(from.bar + static_cast<std::size_t>(length.bars));
        }
        const std::int64_t time = from.time + need_time(length);
        if (time > time_of(end())) return std::nullopt;
        const auto* const bar = std::lower_bound(bars_.time.begin(), bars_.time.end(), time);
        return Place{static_cast<std::size_t>(bar - bars_.time.begin()), time};
    }

    // Where what must end `length` before bar `to` ends.
    std::size_t before(std::size_t to, const BarLength& length) const {
        if (length.nanoseconds == 0) return to - std::min(to, static_cast<std::size_t>(length.bars));
        const auto* const behind = bars_.time.begin() + static_cast<std::ptrdiff_t>(to);
        const auto* const bar =
            std::upper_bound(bars_.time.begin(), behind, time_of(to) - need_time(length) - period_);
        return static_cast<std::size_t>(bar - bars_.time.begin());
    }

  private:
    std::int64_t time_of(std::size_t bar) const {
        if (!bars_.has_time()) return 0;
        return bar < end() ? bars_.time[bar] : bars_.time.back() + period_;
    }

    std::int64_t need_time(const BarLength& length) const {
        if (!bars_.has_time())
            throw InputError(fmt::format("{}: {} is a time, and the bars have none; give a number of bars",
                                         where_, length_text(length)));
        return length.nanoseconds;
    }

    const Bars& bars_;
    std::string where_;
    std::int64_t period_ = 0;
};

// The training and test that begin at `first`; nothing if the data ends before the test does.
std::optional<Fold> rolling_fold(const WalkforwardSettings& settings, const Places& places,
                                 const Place& first) {
    const auto train_end = places.after(first, settings.train);
    const auto test_first = train_end ? places.after(*train_end, settings.purge) : std::nullopt;
    const auto test_end = test_first ? places.after(*test_first, settings.test) : std::nullopt;
    if (!test_end) return std::nullopt;
    return Fold{
        {{settings.anchored ? 0 : first.bar, train_end->bar}}, {{test_first->bar, test_end->bar}}, {}};
}

std::vector<Fold> rolling_folds(const WalkforwardSettings& settings, const Places& places,
                                const std::string& where) {
    const BarLength step = settings.step.is_none() ? settings.test : settings.step;
    std::vector<Fold> folds;
    std::size_t windows = 0;
    for (std::optional<Place> first = places.of(0); first; first = places.after(*first, step), ++windows) {
        std::optional<Fold> fold = rolling_fold(settings, places, *first);
        if (!fold) break;
        if (windows == most_folds)
            throw InputError(
                fmt::format("{}: more than {} windows; choose a longer step", where, most_folds));
        if (fold->train.front().size() < least_bars || fold->test.front().size() < least_bars) continue;
        if (!folds.empty() && fold->test.front().first < folds.back().test.front().end)
            throw InputError(
                fmt::format("{}: step = {} is shorter than test = {}: tests would overlap, and their "
                            "results could not be one after the other",
                            where, length_text(step), length_text(settings.test)));
        folds.push_back(std::move(*fold));
    }
    if (!folds.empty()) return folds;
    if (windows > 0)
        throw InputError(
            fmt::format("{}: train = {} or test = {} is too short: no window has {} bars of each", where,
                        length_text(settings.train), length_text(settings.test), least_bars));
    throw InputError(
        fmt::format("{}: train = {}, purge = {} and test = {} are longer than the data, which has {} "
                    "bars; shorten them",
                    where, length_text(settings.train), length_text(settings.purge),
                    length_text(settings.test), with_thousands(places.end())));
}

// The next choice of `chosen.size()` of 0 … n-1, ascending; false after the last.
bool next_choice(std::vector<std::size_t>& chosen, std::size_t n) {
    const std::size_t k = chosen.size();
    for (std::size_t i = k; i-- > 0;) {
        if (chosen[i] == n - k + i) continue;
        ++chosen[i];
        for (std::size_t j = i + 1; j < k; ++j) chosen[j] = chosen[j - 1] + 1;
        return true;
    }
    return false;
}

std::vector<Fold> cpcv_folds(const WalkforwardSettings& settings, const Places& places,
                             const std::string& where) {
    const auto groups = static_cast<std::size_t>(settings.groups);
    const auto tested = static_cast<std::size_t>(settings.test_groups);
    if (tested >= groups)
        throw InputError(fmt::format("{}: test_groups = {} of groups = {} leaves none to train on", where,
                                     tested, groups));
    if (groups > places.end() / least_bars)
        throw InputError(fmt::format("{}: {} bars are too few for groups = {}", where,
                                     with_thousands(places.end()), groups));
    const auto group = [&](std::size_t g) {
        return BarRange{places.end() * g / groups, places.end() * (g + 1) / groups};
    };
    std::vector<Fold> folds;
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < tested; ++i) chosen.push_back(i);
    do {
        if (folds.size() == most_folds)
            throw InputError(fmt::format("{}: groups = {} and test_groups = {} make more than {} folds",
                                         where, groups, tested, most_folds));
        Fold fold;
        fold.test_groups = chosen;
        const auto is_test = [&](std::size_t g) { return std::count(chosen.begin(), chosen.end(), g) > 0; };
        for (std::size_t g = 0; g < groups; ++g) {
            BarRange range = group(g);
            if (is_test(g)) {
                fold.test.push_back(range);
                continue;
            }
            const std::size_t end = range.end;
            if (g + 1 < groups && is_test(g + 1)) range.end = places.before(end, settings.purge);
            if (g > 0 && is_test(g - 1)) {
                const auto purged = places.after(places.of(range.first), settings.purge);
                const auto begins = purged ? places.after(*purged, settings.embargo) : std::nullopt;
                range.first = begins ? begins->bar : end;
            }
            if (range.first + least_bars > range.end)
                throw InputError(fmt::format(
                    "{}: purge = {} and embargo = {} leave less than {} bars of a group of {}", where,
                    length_text(settings.purge), length_text(settings.embargo), least_bars, group(g).size()));
            fold.train.push_back(range);
        }
        folds.push_back(std::move(fold));
    } while (next_choice(chosen, groups));
    return folds;
}

} // namespace

WalkforwardSettings read_walkforward(const ConfigNode& section) {
    WalkforwardSettings out;
    std::vector<std::string> keys = field_keys(fields());
    for (const LengthField& field : length_fields) keys.emplace_back(field.key);
    section.refuse_unknown_keys(keys);
    ConfigNode rest = section;
    for (const LengthField& field : length_fields) {
        if (const ConfigNode* node = section.find(field.key)) out.*field.member = read_length(*node);
        rest = rest.without(field.key);
    }
    read_fields(rest, fields(), out);
    if (metric_index(out.by) == metrics().size())
        section.find("by")->fail(
            fmt::format("there is no metric '{}'{}", out.by, suggestion(out.by, metric_names())));
    if (out.kind == "rolling") {
        for (const char* key : {"train", "test"})
            if (section.find(key) == nullptr)
                section.fail(fmt::format(
                    "a rolling walk-forward needs {}, in bars or as a time: {} = \"30d\"", key, key));
        if (out.train.is_none() || out.test.is_none()) section.fail("train and test must be longer than 0");
        if (!out.embargo.is_none())
            section.find("embargo")->fail(
                "no training lies behind its test in a rolling walk-forward; use purge");
    }
    return out;
}

std::string describe_walkforward() {
    std::string text = describe_fields("walkforward", fields());
    for (const LengthField& field : length_fields)
        text += field_line(field.key, field.example, field.help, {});
    return text;
}

std::vector<Fold> make_folds(const WalkforwardSettings& settings, const Bars& bars,
                             const std::string& where) {
    const Places places(bars, where);
    return settings.kind == "cpcv" ? cpcv_folds(settings, places, where)
                                   : rolling_folds(settings, places, where);
}

std::vector<std::vector<std::size_t>> folds_of_paths(const std::vector<Fold>& folds, std::size_t groups) {
    std::vector<std::vector<std::size_t>> testing(groups); // by group
    for (std::size_t f = 0; f < folds.size(); ++f)
        for (const std::size_t group : folds[f].test_groups) testing[group].push_back(f);
    std::vector<std::vector<std::size_t>> paths(testing.front().size());
    for (std::size_t path = 0; path < paths.size(); ++path)
        for (std::size_t group = 0; group < groups; ++group) paths[path].push_back(testing[group][path]);
    return paths;
}

} // namespace threadx
