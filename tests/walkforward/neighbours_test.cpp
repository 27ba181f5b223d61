// Which scenarios lie beside a scenario: on a grid, and among drawn points.
#include "walkforward/neighbours.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "sweep/sweep_for_tests.hpp"

using namespace threadx;

namespace {

constexpr const char* strategy = R"toml([params]
n = { default = 5, min = 1, max = 99, kind = "int" }
k = { default = 1.0, min = 0.0, max = 100.0 }
[rules]
enter_long = "close > sma(close, n) + k"
exit_long = "close < sma(close, n)"
)toml";

std::vector<std::uint32_t> of(Neighbours& neighbours, std::uint64_t scenario) {
    const std::span<const std::uint32_t> found = neighbours.of(scenario);
    std::vector<std::uint32_t> out(found.begin(), found.end());
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace

TEST_CASE("on a grid neighbours differ in one parameter by one level") {
    const test::TemporaryFolder folder;
    test::write_bars(folder / "bars.csv", 50);
    const PreparedSweep sweep(test::make_request(folder / "bars.csv", strategy,
                                                 "[space]\nn = [3, 9, 27]\nk = [0.0, 1.0, 5.0, 7.0]\n"),
                              Settings{});
    Neighbours neighbours(sweep); // 0 1 2 3 / 4 5 6 7 / 8 9 10 11
    CHECK(of(neighbours, 0) == std::vector<std::uint32_t>{1, 4});
    CHECK(of(neighbours, 5) == std::vector<std::uint32_t>{1, 4, 6, 9});
    CHECK(of(neighbours, 7) == std::vector<std::uint32_t>{3, 6, 11});
    CHECK(of(neighbours, 11) == std::vector<std::uint32_t>{7, 10});
}

TEST_CASE("of drawn points the nearest are neighbours, each parameter measured on its own range and scale") {
    const test::TemporaryFolder folder;
    test::write_bars(folder / "bars.csv", 50);
    for (const char* sampler : {"monte_carlo", "sobol", "latin_hypercube"}) {
        CAPTURE(sampler);
        const PreparedSweep sweep(
            test::make_request(
                folder / "bars.csv", strategy,
                "[space]\nn = { min = 1, max = 99 }\nk = { min = 0.01, max = 100.0, log = true }\n"
                "[sampler]\nkind = \"" +
                    std::string(sampler) + "\"\nscenarios = 300\n"),
            Settings{});
        Neighbours neighbours(sweep);
        const PreparedSweep::Scenarios points = sweep.draw({0, 300});
        for (std::uint64_t i = 0; i < 300; i += 7) {
            std::vector<std::pair<double, std::uint32_t>> all; // all distances, by hand
            for (std::uint32_t j = 0; j < 300; ++j) {
                const std::span<const double> a = points.batch.parameters_of(i);
                const std::span<const double> b = points.batch.parameters_of(j);
                const double dn = (a[0] - b[0]) / 98.0;
                const double dk = (std::log(a[1]) - std::log(b[1])) / std::log(1e4);
                if (j != i) all.emplace_back(dn * dn + dk * dk, j);
            }
            std::sort(all.begin(), all.end());
            std::vector<std::uint32_t> expected;
            for (std::size_t k = 0; k < 4; ++k) expected.push_back(all[k].second);
            std::sort(expected.begin(), expected.end());
            CHECK(of(neighbours, i) == expected);
        }
    }
}
