// Best and mean of a metric over two parameters.
#include <cmath>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "made_up_rows.hpp"
#include "report/heat_maps.hpp"

namespace threadx::test {
namespace {

std::vector<HeatAxis> three_axes() {
    return {value_axis("a", 0, {1, 2, 3}), value_axis("b", 1, {10, 20}), value_axis("c", 2, {0, 1, 2, 3})};
}

// a, b, c and a value of sharpe and of max_drawdown, of which the smaller is better.
Row scenario(double a, double b, double c, double sharpe, double drawdown = undefined) {
    Row row = row_of(0, {a, b, c});
    set_metric(row, "sharpe", sharpe);
    set_metric(row, "max_drawdown", drawdown);
    return row;
}

HeatMaps maps_of(const std::vector<Row>& rows) {
    HeatMaps maps(three_axes(), metrics(), {"sharpe"});
    for (const Row& row : rows) maps.add(row.status, row.values);
    return maps;
}

} // namespace

TEST_CASE("a cell has the best and the mean of what lies in it, the best in the metric's own direction") {
    const HeatMaps maps =
        maps_of({scenario(2, 20, 0, 1.0, 0.3), scenario(2, 20, 3, 4.0, 0.1), scenario(3, 10, 0, 9.0, 0.9)});
    const std::size_t cell = 1 * 2 + 1; // a = 2, b = 20
    CHECK(maps.best(0, metric_place("sharpe"), cell) == 4.0);
    CHECK(maps.mean(0, metric_place("sharpe"), cell) == 2.5);
    CHECK(maps.best(0, metric_place("max_drawdown"), cell) == 0.1);
    CHECK(maps.mean(0, metric_place("max_drawdown"), cell) == doctest::Approx(0.2));
    CHECK(std::isnan(maps.best(0, metric_place("sharpe"), 0))); // nobody was there
}

TEST_CASE("what is undefined counts neither as the best nor in the mean, and invalid scenarios not at all") {
    Row invalid = scenario(1, 10, 2, 100.0);
    invalid.status = RowStatus::invalid;
    const HeatMaps maps = maps_of({scenario(1, 10, 0, undefined), scenario(1, 10, 1, -2.0), invalid});
    CHECK(maps.best(0, metric_place("sharpe"), 0) == -2.0);
    CHECK(maps.mean(0, metric_place("sharpe"), 0) == -2.0);
    CHECK(std::isnan(maps.mean(0, metric_place("trades"), 0)));
}

TEST_CASE("every pair of axes agrees with a loop over the rows") {
    rc::check([] {
        std::vector<Row> rows;
        const int count = *rc::gen::inRange(0, 60);
        for (int i = 0; i < count; ++i)
            rows.push_back(scenario(*rc::gen::inRange(1, 4), 10 * *rc::gen::inRange(1, 3),
                                    *rc::gen::inRange(0, 4), *rc::gen::inRange(-50, 50)));
        const HeatMaps maps = maps_of(rows);
        const std::vector<HeatAxis> axes = three_axes();
        std::size_t pair = 0;
        for (std::size_t a = 0; a < 3; ++a)
            for (std::size_t b = a + 1; b < 3; ++b, ++pair)
                for (std::size_t i = 0; i < axes[a].size(); ++i)
                    for (std::size_t j = 0; j < axes[b].size(); ++j) {
                        double best = -INFINITY, sum = 0.0, members = 0.0;
                        for (const Row& row : rows) {
                            if (row.values[a] != axes[a].edges[i] || row.values[b] != axes[b].edges[j])
                                continue;
                            const double value = row.values[3 + metric_place("sharpe")];
                            best = std::max(best, value);
                            sum += value;
                            members += 1.0;
                        }
                        const std::size_t cell = i * axes[b].size() + j;
                        const double found = maps.best(pair, metric_place("sharpe"), cell);
                        RC_ASSERT((members > 0.0 ? found == best : std::isnan(found)));
                        if (members > 0.0)
                            RC_ASSERT(maps.mean(pair, metric_place("sharpe"), cell) == sum / members);
                    }
        RC_ASSERT(pair == maps.pairs());
    });
}

TEST_CASE("one parameter has a map of one row, none has none") {
    HeatMaps one({value_axis("a", 0, {1, 2})}, metrics(), {});
    Row row = row_of(0, {2.0});
    set_metric(row, "sharpe", 5.0);
    one.add(row.status, row.values);
    CHECK(one.pairs() == 1);
    CHECK(one.best(0, metric_place("sharpe"), 1) == 5.0);
    CHECK(HeatMaps({}, metrics(), {}).pairs() == 0);
}

TEST_CASE(
    "the cube has the metrics asked for first, as many as fit, and none where there are too many cells") {
    std::vector<double> many(100);
    for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<double>(i);
    const auto axes = [&](std::size_t last) {
        return std::vector<HeatAxis>{
            value_axis("a", 0, many), value_axis("b", 1, many),
            value_axis("c", 2,
                       std::vector<double>(many.begin(), many.begin() + static_cast<std::ptrdiff_t>(last)))};
    };
    const auto full = nlohmann::json::parse(HeatMaps(axes(50), metrics(), {"trades", "sharpe"}).json());
    CHECK(full["cube"]["metrics"] == nlohmann::json{metric_place("trades"), metric_place("sharpe")});
    auto beyond = axes(100);
    beyond.push_back(value_axis("d", 3, {1, 2}));
    CHECK(nlohmann::json::parse(HeatMaps(beyond, metrics(), {}).json())["cube"].is_null());
}

} // namespace threadx::test
