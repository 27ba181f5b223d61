#include "bench/column_times.hpp"

#include <ctime>
#include <malloc.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "bench/medians.hpp"
#include "device/cpu/column_store.hpp"
#include "rules/compiler.hpp"
#include "rules/functions.hpp"
#include "sweep/manifest.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view swept_name = "length";
constexpr int first_length = 2;
constexpr int warm_ups = 8;
constexpr int sweep_group = 64;                            // lengths whose columns are in memory together
constexpr std::size_t heap_bytes = std::size_t{128} << 20; // more than those of most take

// What stands for an argument that has no default.
std::string usual_argument(const IndicatorArgument& argument) {
    if (!argument.default_text.empty()) return std::string(argument.default_text);
    switch (argument.kind) {
    case ArgumentKind::series: return "close";
    case ArgumentKind::condition: return "close > open";
    case ArgumentKind::length: return "20";
    case ArgumentKind::scalar:
    case ArgumentKind::number: return "2";
    case ArgumentKind::duration: return "\"1h\"";
    case ArgumentKind::longer: return "close";
    case ArgumentKind::choice: break; // has a default
    }
    return "";
}

std::string usual_call(const Indicator& indicator, bool swept) {
    std::string text;
    for (const IndicatorArgument& argument : indicator.arguments) {
        const bool is_swept = swept && argument.name == swept_name;
        text += (text.empty() ? "" : ", ") + (is_swept ? std::string(swept_name) : usual_argument(argument));
    }
    return fmt::format("{}({})", indicator.name, text);
}

std::vector<std::string> usual_expressions() {
    std::vector<std::string> out;
    for (const Indicator& indicator : indicators()) {
        if (indicator.hidden) continue;
        out.push_back(usual_call(indicator, false));
        const bool has_length = std::any_of(
            indicator.arguments.begin(), indicator.arguments.end(), [](const IndicatorArgument& each) {
                return each.name == swept_name && each.kind == ArgumentKind::length;
            });
        if (has_length) out.push_back(usual_call(indicator, true));
    }
    return out;
}

// The heap has this much memory whose pages are there already, as a process has that computed columns before:
// which of the freed blocks malloc takes next is chance, and new pages take as long as many a kernel.
void touch_heap(std::size_t bytes) {
    constexpr std::size_t block = std::size_t{8} << 20; // below the threshold of mapped blocks
    std::vector<std::vector<char>> blocks;
    while (blocks.size() * block < bytes) blocks.emplace_back(block, '\1');
}

// Processor time of this thread: what others do on the machine counts little.
double thread_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

class Timing {
  public:
    Timing(const ColumnTimesSetup& setup, const BarTimes& times, const std::string& expression)
        : setup_(setup), times_(times) {
        RuleNames names;
        names.values.emplace(swept_name, graph_.parameter(0, true));
        nodes_ = compile_value(graph_, names, {expression, "EXPR:1:1", "the expression"}).nodes;
        out_.expression = expression;
        swept_ = std::any_of(nodes_.begin(), nodes_.end(),
                             [&](NodeId node) { return graph_[node].parameters != 0; });
        out_.bars = swept_ ? std::min<std::uint64_t>(setup.sweep_bars, setup.bars.size()) : setup.bars.size();
        if (swept_) out_.columns = setup.periods;
    }

    // Nothing if interrupted.
    std::optional<ColumnTime> measure() {
        const BarColumns bars(fields(), out_.bars, graph_.fields_used(), {});
        // The heap has all the pages that it needs after a few times.
        for (int i = 0; i < warm_ups; ++i) compute(bars, 0, std::min(sweep_group, out_.columns));
        for (int run = 0; run < setup_.runs; ++run) {
            const double begin = thread_seconds();
            for (int first = 0; first < out_.columns; first += sweep_group) {
                if (setup_.stop != nullptr && setup_.stop->load()) return std::nullopt;
                compute(bars, first, std::min(first + sweep_group, out_.columns));
            }
            out_.seconds_of_runs.push_back(thread_seconds() - begin);
        }
        return out_;
    }

  private:
    BarSeries fields() const {
        BarSeries out = series_of(setup_.bars, times_);
        for (std::span<const double>& each : out)
            each = each.first(std::min<std::size_t>(each.size(), out_.bars));
        return out;
    }

    // The columns of lengths first_length + first to first_length + last - 1.
    void compute(const BarColumns& bars, int first, int last) {
        std::vector<Axis> axes;
        if (swept_) {
            axes.push_back({.parameter = 0, .levels = static_cast<std::uint64_t>(last - first)});
            for (int i = first; i < last; ++i) axes[0].values.push_back(first_length + i);
        }
        const ColumnsPlan columns = make_columns_plan(graph_, nodes_, out_.bars, axes);
        KeptColumns kept(columns.plan);
        ColumnReader reader(graph_, columns.plan, bars, setup_.kernels, kept);
        for (int i = first; i < last; ++i) {
            const double length = first_length + i;
            const auto level = static_cast<std::uint64_t>(i - first);
            if (swept_ && !scenario_is_valid(graph_, {&length, 1})) continue;
            for (const int column : columns.columns) reader.get(column, {{&length, 1}, {&level, 1}, 0});
        }
    }

    const ColumnTimesSetup& setup_;
    const BarTimes& times_;
    Graph graph_;
    std::vector<NodeId> nodes_;
    bool swept_ = false;
    ColumnTime out_;
};

} // namespace

double ColumnTime::seconds() const { return median(seconds_of_runs); }

std::optional<std::vector<ColumnTime>> measure_column_times(const ColumnTimesSetup& setup) {
    // Memory that was given back is used again: the system's zeroed pages are not what is measured.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 2'000'000'000);
    touch_heap(heap_bytes);
    const BarTimes times = bar_times(setup.bars);
    std::vector<ColumnTime> out;
    for (const std::string& expression :
         setup.expressions.empty() ? usual_expressions() : setup.expressions) {
        std::optional<ColumnTime> time = Timing(setup, times, expression).measure();
        if (!time) return std::nullopt;
        out.push_back(std::move(*time));
    }
    return out;
}

std::string column_times_table(const std::vector<ColumnTime>& times) {
    std::string out = fmt::format("{:>12} {:>8} {:>10}  {}\n", "ns per bar", "columns", "bars", "expression");
    for (const ColumnTime& time : times)
        out += fmt::format("{:12.2f} {:>8} {:>10}  {}\n", time.nanoseconds(),
                           with_thousands(static_cast<std::uint64_t>(time.columns)),
                           with_thousands(time.bars), time.expression);
    return out;
}

std::string column_times_json(const std::vector<ColumnTime>& times, const KernelTable& kernels) {
    Json out = {{"program", version_text()}, {"instruction_set", kernels.name}, {"columns", Json::array()}};
    for (const ColumnTime& time : times)
        out["columns"].push_back({{"expression", time.expression},
                                  {"bars", time.bars},
                                  {"columns", time.columns},
                                  {"seconds", time.seconds()},
                                  {"seconds_of_runs", time.seconds_of_runs},
                                  {"nanoseconds_per_bar", time.nanoseconds()}});
    return out.dump(2);
}

} // namespace threadx
