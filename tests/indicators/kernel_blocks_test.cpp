// Kernels that compute their columns block by block (KernelTable::next_block): the bits of whole columns, for
// each of them, on series with holes, ties, small differences and values of all sizes.
#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include "device/cpu/kernel_choice.hpp"
#include "indicators/catalogue.hpp"
#include "rules/dice.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

using Series = std::vector<double>;

// Prices, or what is left of prices beside each other: small numbers, whose bits end where those of prices
// do.
Series random_series(Dice& dice, std::size_t bars) {
    const bool differences = dice.chance(0.3);
    const double holes = dice.pick({0.0, 0.0, 0.01});
    const double wild = dice.pick({0.0, 0.002});
    Series out;
    double ticks = 10000.0;
    double before = 100.0;
    for (std::size_t t = 0; t < bars; ++t) {
        ticks += dice.between(-3, 3);
        const double price = ticks / 100.0 + (differences && dice.chance(0.1) ? 0x1p-46 : 0.0);
        double value = differences ? price - before : price;
        if (dice.chance(wild)) value = std::ldexp(value, dice.between(-60, 60));
        out.push_back(dice.chance(holes) ? std::nan("") : value);
        before = price;
    }
    return out;
}

bool same_bits(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) ||
           std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

} // namespace

TEST_CASE("what kernels compute block by block has the bits of whole columns") {
    CHECK(rc::check("blocks of kernels", [](std::uint64_t seed) {
        Dice dice(seed);
        const std::size_t bars = 1 + dice.below(1400);
        std::vector<Series> series;
        for (int i = 0; i < 5; ++i) series.push_back(random_series(dice, bars));
        for (std::size_t index = 0; index < column_kernels().size(); ++index) {
            const ColumnKernel& kernel = column_kernels()[index];
            const auto number = static_cast<int>(index);
            for (const KernelTable* kernels : available_kernels()) {
                const int most = kernels->block_columns(number);
                if (most == 0 || kernel.series > 5) continue;
                const int columns = dice.between(1, most);
                const auto outputs = static_cast<std::size_t>(kernel.outputs);
                const auto scalars = static_cast<std::size_t>(kernel.scalars);
                // Lengths, and what stands for parts of 1.
                std::vector<std::vector<double>> own(static_cast<std::size_t>(columns));
                for (std::vector<double>& each : own)
                    for (std::size_t j = 0; j < scalars; ++j)
                        each.push_back(kernel.scan && j % 3 != 0
                                           ? dice.pick({0.25, 0.75})
                                           : dice.between(1, dice.pick({3, 40, 700, 2000})));
                std::vector<double> together;
                for (std::size_t j = 0; j < scalars; ++j)
                    for (const std::vector<double>& each : own) together.push_back(each[j]);
                std::vector<std::uint64_t> kept(
                    kernels->kept_bytes(number, together.data(), columns, static_cast<int>(bars)) / 8 + 1);
                std::vector<Series> found(outputs * own.size(), Series(bars));
                for (std::size_t t = 0; t < bars; t += next_block_bars) {
                    std::vector<const double*> x;
                    std::vector<double*> out;
                    for (int i = 0; i < kernel.series; ++i)
                        x.push_back(series[static_cast<std::size_t>(i)].data() + t);
                    for (Series& each : found) out.push_back(each.data() + t);
                    kernels->next_block(number, kept.data(), x.data(), together.data(), columns,
                                        static_cast<int>(t), static_cast<int>(bars), out.data());
                }
                for (std::size_t c = 0; c < own.size(); ++c) {
                    std::vector<Series> expected(outputs, Series(bars));
                    std::vector<const double*> x;
                    std::vector<double*> out;
                    for (const Series& each : series) x.push_back(each.data());
                    for (Series& each : expected) out.push_back(each.data());
                    choose_kernels("scalar").column(number, x.data(), own[c].data(), static_cast<int>(bars),
                                                    out.data());
                    for (std::size_t k = 0; k < outputs; ++k)
                        for (std::size_t t = 0; t < bars; ++t)
                            if (!same_bits(found[k * own.size() + c][t], expected[k][t]))
                                RC_FAIL(fmt::format("{} with {} at bar {} of {}: {:a} instead of {:a}",
                                                    kernel.name, kernels->name, t, bars,
                                                    found[k * own.size() + c][t], expected[k][t]));
                }
            }
        }
    }));
}
