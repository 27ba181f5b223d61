#include "device/gpu_column_mismatch.hpp"

#include <fmt/format.h>

#include "device/backtests.hpp"

namespace threadx::test {

std::string first_difference(const double* found, ColumnView expected, std::size_t bars, int outputs,
                             std::uint64_t unread) {
    if (expected.numbers == nullptr) return "one has truths, the other numbers";
    for (std::size_t k = 0; k < static_cast<std::size_t>(outputs); ++k) {
        if ((unread >> k & 1U) != 0) continue;
        for (std::size_t t = 0; t < bars; ++t) {
            const std::size_t at = k * padded_bars(bars) + t;
            if (!same_bits(found[at], expected.numbers[at]))
                return fmt::format("series {}, bar {}: {} instead of {}", k, t, found[at],
                                   expected.numbers[at]);
        }
    }
    return "";
}

std::string first_difference(const std::uint64_t* found, ColumnView expected, std::size_t bars) {
    if (expected.bits == nullptr) return "one has truths, the other numbers";
    for (std::size_t t = 0; t < bars; ++t)
        if (((found[t / 64] ^ expected.bits[t / 64]) >> (t % 64) & 1U) != 0)
            return fmt::format("truth at bar {}", t);
    return "";
}

std::string mismatch(GpuColumnReader& reader, const Graph& graph, const ColumnsPlan& plan,
                     const BarSeries& series, std::size_t bars, std::span<const std::string> names) {
    const std::vector<Column> columns = reader.read(graph, plan.plan, series, bars, plan.columns);
    const BarColumns host(series, bars, fields_read(plan.plan), {});
    KeptColumns kept(plan.plan);
    ColumnReader cpu(graph, plan.plan, host, *available_kernels().front(), kept);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const ColumnView expected = cpu.get(plan.columns[i], ScenarioPoint{});
        const std::string text = columns[i].bits() != nullptr
                                     ? first_difference(columns[i].bits(), expected, bars)
                                     : first_difference(columns[i].numbers(), expected, bars);
        if (!text.empty())
            return fmt::format("{}: {}", names.empty() ? fmt::format("column {}", i) : names[i], text);
    }
    return "";
}

} // namespace threadx::test
