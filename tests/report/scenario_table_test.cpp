// The best rows by each metric, found in one pass.
#include <algorithm>
#include <set>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "made_up_rows.hpp"
#include "report/scenario_table.hpp"

namespace threadx::test {

TEST_CASE("the best of each metric are those of a sort by (value, id), in the metric's own direction") {
    rc::check([] {
        const std::vector<Metric> two = {metrics()[metric_place("sharpe")],
                                         metrics()[metric_place("max_drawdown")]};
        const std::size_t most = *rc::gen::inRange<std::size_t>(1, 6);
        BestOfEach best(two, most);
        const int count = *rc::gen::inRange(0, 40);
        std::vector<std::vector<double>> rows;
        for (int i = 0; i < count; ++i) {
            const int a = *rc::gen::inRange(-4, 5), b = *rc::gen::inRange(-4, 5);
            rows.push_back({1.0, a == 4 ? undefined : a, b == 4 ? undefined : b}); // few values: many ties
            best.add(static_cast<std::uint64_t>(i), rows.back());
        }
        std::set<std::uint64_t> expected;
        for (std::size_t m = 0; m < two.size(); ++m) {
            std::vector<std::pair<double, std::uint64_t>> order;
            for (std::size_t i = 0; i < rows.size(); ++i)
                if (!std::isnan(rows[i][1 + m]))
                    order.push_back({two[m].higher_is_better ? -rows[i][1 + m] : rows[i][1 + m], i});
            std::sort(order.begin(), order.end());
            for (std::size_t k = 0; k < std::min(most, order.size()); ++k) expected.insert(order[k].second);
        }
        RC_ASSERT(best.scenarios() == std::vector<std::uint64_t>(expected.begin(), expected.end()));
    });
}

} // namespace threadx::test
