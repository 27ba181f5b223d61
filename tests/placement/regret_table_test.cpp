#include "placement/regret_table.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace threadx;

namespace {

constexpr std::uint64_t runs = 200;

RegretRow row(const std::string& name) {
    const auto& cases = regret_cases();
    const auto found =
        std::find_if(cases.begin(), cases.end(), [&](const RegretCase& known) { return known.name == name; });
    REQUIRE_MESSAGE(found != cases.end(), name);
    const RegretRow out = measure_regret(*found, runs);
    CHECK(out.incomplete == 0);
    CHECK(out.runs == runs);
    return out;
}

void check_limits(const std::string& name, double mean, double p95) {
    CAPTURE(name);
    const RegretRow measured = row(name);
    CHECK(measured.mean <= mean);
    CHECK(measured.mean > -0.01); // nobody beats the ideal, but by luck
    CHECK(measured.p95 <= p95);
}

} // namespace

// The times are those of the simulation: the figures are the same on every machine.
TEST_CASE("unequal devices: 1 % is lost in 2 s, 4 % of it is rare") {
    check_limits("speeds 13 : 1.7 : 1, 0.2 s", 0.03, 0.06);
    check_limits("speeds 13 : 1.7 : 1, 2 s", 0.01, 0.04);
    check_limits("speeds 13 : 1.7 : 1, 20 s", 0.005, 0.02);
    check_limits("2 to 8 GPUs of any speed, 2 s", 0.01, 0.04);
    check_limits("the same, three queues each, 2 s", 0.015, 0.04);
}

TEST_CASE("false profiles, or none, cost little") {
    check_limits("the same, nothing known before, 2 s", 0.01, 0.04);
    check_limits("profiles wrong by x5 or /5, 2 s", 0.01, 0.04);
    check_limits("profiles wrong by x5 or /5, 0.2 s", 0.05, 0.10);
}

TEST_CASE("devices that change, are slow now and then, stall or die") {
    check_limits("one device 30 % slower from half-time on, 2 s", 0.015, 0.04);
    check_limits("2 % of the batches three times slower, 2 s", 0.06, 0.20);
    check_limits("one device stalls for 0.5 s, 2 s", 0.03, 0.15);
    check_limits("one device dies, 2 s", 0.03, 0.06);
}

TEST_CASE("the CPU beside GPUs, and beside devices that compute on its cores") {
    check_limits("CPU of 2 workers, GPU 5 times as fast after 0.3 s, 2 s of the CPU", 0.03, 0.05);
    check_limits("CPU of 64 workers, 4 GPUs, 2 s", 0.015, 0.04);
    check_limits("CPU and two OpenCL devices on its 2 cores, 2 s", 0.01, 0.05);
    check_limits("CPU and two OpenCL devices on its 2 cores, profiles wrong by x5 or /5, 2 s", 0.10, 0.30);
}

TEST_CASE("first batches that take longer, and a worker that keeps its core beside OpenCL") {
    check_limits("each device's first batch 5 ms longer, right profiles, 2 s", 0.01, 0.04);
    check_limits("each device's first batch 5 ms longer, right profiles, 0.2 s", 0.05, 0.08);
    check_limits("a worker that keeps its core, OpenCL on the other, all known, 0.2 s", 0.10, 0.12);
    check_limits("a worker that keeps its core, OpenCL on the other, all known, 2 s", 0.025, 0.05);
    check_limits("a worker that keeps its core, OpenCL on the other, nothing known, 2 s", 0.05, 0.08);
    check_limits("a worker that keeps its core, OpenCL on the other, alone known, 2 s", 0.04, 0.06);
}

TEST_CASE("one false profile on shared cores is found out, though a look takes of what others could do") {
    check_limits("the same, all known, one profile wrong by x5 or /5, 0.2 s", 0.08, 0.12);
    check_limits("the same, all known, one profile wrong by x5 or /5, 2 s", 0.03, 0.05);
    check_limits("OpenCL on a faster CPU's cores, one profile wrong by x5 or /5, 0.2 s", 0.12, 0.20);
    check_limits("OpenCL on a faster CPU's cores, one profile wrong by x5 or /5, 2 s", 0.06, 0.12);
}

TEST_CASE("OpenCL devices of one and of two threads beside a CPU that is better off alone") {
    const std::string name = "OpenCL of one and of two threads on a faster CPU's cores, ";
    check_limits(name + "right profiles, 0.2 s", 0.15, 0.18);
    check_limits(name + "right profiles, 2 s", 0.04, 0.06);
    check_limits(name + "one wrong by x5 or /5, 0.2 s", 0.20, 0.90);
    check_limits(name + "one wrong by x5 or /5, 2 s", 0.04, 0.06);
}

TEST_CASE("a GPU is started for the columns that the CPU would compute, where it is known what they take") {
    check_limits("50 ms of the CPU, 100 ms for columns (100 ms known), GPU as fast in 30 ms", 0.12, 0.25);
    check_limits("50 ms of the CPU, 100 ms for columns (200 ms known), GPU as fast in 30 ms", 0.20, 0.25);
    CHECK(row("50 ms of the CPU, 100 ms for columns (0 ms known), GPU as fast in 30 ms").mean > 0.5);
}

TEST_CASE("fixed shares that are a little off lose many times as much") {
    CHECK(row("fixed shares off by 5 to 20 %, 2 s").mean > 10.0 * row("speeds 13 : 1.7 : 1, 2 s").mean);
}

TEST_CASE("the table says what was lost, and what was not done") {
    const std::vector<RegretRow> table = {{"a case", 10, 1, 2.0, 0.0123, 0.05, 0.25, 80.0, 0.1}};
    CHECK(regret_text(table).find("1.23") != std::string::npos);
    CHECK(regret_text(table).find("1 INCOMPLETE") != std::string::npos);
}
