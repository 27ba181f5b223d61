// Which device computes a column.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "api/column_decision.hpp"

using namespace threadx;

namespace {

constexpr double everything = 1e18; // items: it was measured at any size

ColumnCandidate known(const std::string& id, double batch, double item, double start = 0.0,
                      double largest = everything) {
    return {{.id = id, .cost = {batch, item, 0.0}, .start_seconds = start}, largest};
}

ColumnCandidate unknown(const std::string& id, double start = 0.0) {
    return {{.id = id, .cost = {}, .start_seconds = start}, 0.0};
}

} // namespace

TEST_CASE("the device that is predicted to be done first is chosen, whatever the costs") {
    CHECK(rc::check("the least", [](std::vector<std::array<std::uint16_t, 3>> costs, std::uint16_t amount) {
        RC_PRE(!costs.empty());
        std::vector<ColumnCandidate> candidates;
        double least = 1e300;
        const double items = 1.0 + amount;
        for (std::size_t i = 0; i < costs.size(); ++i) {
            candidates.push_back(known("d" + std::to_string(i), costs[i][0] * 1e-6, (costs[i][1] + 1) * 1e-9,
                                       i == 0 ? 0.0 : costs[i][2] * 1e-6));
            const DeviceModel& model = candidates.back().model;
            least = std::min(least, model.start_seconds + model.cost.seconds(items));
        }
        const ColumnChoice choice = choose_for_column(candidates, items);
        const DeviceModel& model = candidates[choice.candidate].model;
        RC_ASSERT(model.start_seconds + model.cost.seconds(items) == least);
        RC_ASSERT(!choice.trial);
        RC_ASSERT(choice.predictions.size() == candidates.size());
        RC_ASSERT(choice.reason.find(model.id) == 0U);
    }));
}

TEST_CASE("the reason says what the others would take") {
    const ColumnCandidate both[] = {known("cpu", 0.0, 1e-9), known("cuda:0", 1e-4, 1e-11, 1.1e-3)};
    CHECK(choose_for_column(both, 3e5).reason == "cpu: 0.3 ms of work, cuda:0 takes 1.1 ms to start");
    CHECK(choose_for_column(both, 1e8).reason == "cuda:0: 2.2 ms of work, cpu takes 100 ms");
    CHECK(choose_for_column(both, 1.15e6).reason == "cpu: 1.15 ms of work, cuda:0 takes 1.21 ms");
    CHECK(choose_for_column(both, 3e5).predictions ==
          std::vector<std::string>{"cpu: 0.3 ms", "cuda:0: 1.2 ms, of which 1.1 ms to start"});
}

TEST_CASE("what is not known yet is measured on the processor first") {
    const ColumnCandidate both[] = {unknown("cpu"), known("cuda:0", 0.0, 1e-12)};
    const ColumnChoice choice = choose_for_column(both, 1e9);
    CHECK(choice.candidate == 0);
    CHECK(choice.reason == "cpu: this work is not known yet, it is measured here first");
}

TEST_CASE("a device of which nothing is known is tried, where the work is long enough to matter") {
    const ColumnCandidate both[] = {known("cpu", 0.0, 1e-9), unknown("cuda:0")};
    CHECK(choose_for_column(both, 1e6).candidate == 0); // 1 ms
    const ColumnChoice choice = choose_for_column(both, 1e7);
    CHECK(choice.candidate == 1);
    CHECK(choice.trial);
    const ColumnCandidate to_be_started[] = {known("cpu", 0.0, 1e-9), unknown("cuda:0", 0.3)};
    CHECK(choose_for_column(to_be_started, 1e7).candidate == 0);
    CHECK(choose_for_column(to_be_started, 1e9).trial);
}

TEST_CASE("a device known at far smaller sizes is tried anew, unless it is far slower") {
    const ColumnCandidate slow_when_small[] = {known("cpu", 0.0, 1e-9), known("cuda:0", 0.0, 5e-9, 0.0, 1e5)};
    CHECK_FALSE(choose_for_column(slow_when_small, 7e5).trial);
    CHECK(choose_for_column(slow_when_small, 1e7).trial);
    const ColumnCandidate far_slower[] = {known("cpu", 0.0, 1e-9), known("cuda:0", 0.0, 50e-9, 0.0, 1e5)};
    CHECK_FALSE(choose_for_column(far_slower, 1e7).trial);
}

TEST_CASE("one device alone needs no choice") {
    const ColumnCandidate one[] = {unknown("cuda:0")};
    const ColumnChoice choice = choose_for_column(one, 1e9);
    CHECK(choice.candidate == 0);
    CHECK_FALSE(choice.trial);
    CHECK(choice.reason == "cuda:0: the only device");
}

TEST_CASE("GPUs are looked for once the processor has spent as long as that takes") {
    CHECK_FALSE(worth_looking(0.1, 0.1, 0.3).look);
    CHECK(worth_looking(0.1, 0.1, 0.3).reason ==
          "cpu: 100 ms of work, finding and starting a GPU takes 300 ms");
    CHECK(worth_looking(0.1, 0.2, 0.3).look);
    CHECK(worth_looking(0.3, 0.0, 0.3).look);
}
