#include "placement/balance.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "base/error.hpp"
#include "relative.hpp"

using namespace threadx;

namespace {

std::string complaint(const std::string& text) {
    try {
        parse_balance(text, "--balance " + text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "none";
}

bool complains(const std::string& text, const std::string& of) {
    const std::string said = complaint(text);
    CAPTURE(said);
    const bool out = said.rfind("--balance " + text + ": ", 0) == 0 && said.find(of) != std::string::npos;
    CHECK(out);
    return out;
}

} // namespace

TEST_CASE("a balance is a list of devices with shares") {
    const std::vector<BalanceShare> balance = parse_balance(" cuda:0=0.8, GPU-4f-2 = 0.15,cpu=0.05 ", "x");
    REQUIRE(balance.size() == 3);
    CHECK(balance[0].device == "cuda:0");
    CHECK(balance[0].share == 0.8);
    CHECK(balance[1].device == "GPU-4f-2");
    CHECK(balance[1].share == 0.15);
    CHECK(balance[2].device == "cpu");
    CHECK(balance[2].share == 0.05);
    CHECK(balance_text(balance) == "cuda:0:80.0%, GPU-4f-2:15.0%, cpu:5.0%");
    CHECK(parse_balance("cpu=1", "x")[0].share == 1.0);
}

TEST_CASE("shares may be percentages") {
    const std::vector<BalanceShare> balance = parse_balance("a=75.5%,b=24.5 %", "x");
    REQUIRE(balance.size() == 2);
    CHECK(balance[0].share == relative(0.755));
    CHECK(balance[1].share == relative(0.245));
    complains("a=75%,b=0.25", "% sign");
    complains("a=75%,b=26%", "sum to 101%");
}

TEST_CASE("nothing and auto are no shares") {
    CHECK(parse_balance("", "x").empty());
    CHECK(parse_balance(" auto ", "x").empty());
}

TEST_CASE("a share may be nothing") {
    const std::vector<BalanceShare> balance = parse_balance("cuda:0=1,cpu=0", "x");
    REQUIRE(balance.size() == 2);
    CHECK(balance[1].share == 0.0);
}

TEST_CASE("what is no balance is refused with what is wrong and what to give") {
    complains("cuda:0", "'cuda:0' is no device=share");
    complains("cuda:0=0.5,,cpu=0.5", "'' is no device=share");
    complains("=1", "names no device");
    complains("cpu=half", "the share of cpu, 'half', is no number");
    complains("cpu=", "the share of cpu, '', is no number");
    complains("cpu=nan", "is no number");
    complains("cpu=inf", "is no number");
    complains("cpu=-0.5,b=1.5", "the share of cpu is negative");
    complains("cpu=0.5,cpu=0.5", "cpu is there twice");
    complains("cpu=0.5,b=0.4", "sum to 0.9");
    complains("cpu=0.5,b=0.502", "sum to 1.002");
    CHECK(complaint("cpu=0.5,b=0.501") == "none");
    CHECK(complaint("cpu=33.3%,b=33.3%,c=33.3%") == "none");
    CHECK(complaint("cpu=0.4") == "--balance cpu=0.4: the shares sum to 0.4; give shares of devices that sum "
                                  "to 1 (cuda:0=0.8,cpu=0.2) or to 100% (cuda:0=80%,cpu=20%), or auto");
}

TEST_CASE("the largest remainders get one more, of equal ones the earlier") {
    using Counts = std::vector<std::uint64_t>;
    CHECK(largest_remainder(10, {0.8, 0.2}) == Counts{8, 2});
    CHECK(largest_remainder(10, {0.75, 0.25}) == Counts{8, 2}); // 7.5, 2.5
    CHECK(largest_remainder(10, {0.25, 0.75}) == Counts{3, 7});
    CHECK(largest_remainder(100, {1.0 / 3, 1.0 / 3, 1.0 / 3}) == Counts{34, 33, 33});
    CHECK(largest_remainder(7, {0.1, 0.6, 0.3}) == Counts{1, 4, 2}); // 0.7, 4.2, 2.1
    CHECK(largest_remainder(1, {0.0, 0.4, 0.6}) == Counts{0, 0, 1});
    CHECK(largest_remainder(0, {0.5, 0.5}) == Counts{0, 0});
    CHECK(largest_remainder(3, {}).empty());
    CHECK(largest_remainder(10, {1.0005 / 2, 1.0005 / 2}) == Counts{5, 5}); // sums to about 1
}

TEST_CASE("parts sum to the whole, each within one of its exact share, and nothing for no share") {
    CHECK(rc::check([] {
        const auto parts =
            *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000)));
        const int all = std::accumulate(parts.begin(), parts.end(), 0);
        RC_PRE(all > 0);
        const auto items = *rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, 100),
                                           rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 50U));
        std::vector<double> shares;
        for (const int part : parts) shares.push_back(static_cast<double>(part) / all);
        const std::vector<std::uint64_t> counts = largest_remainder(items, shares);
        RC_ASSERT(counts.size() == shares.size());
        RC_ASSERT(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) == items);
        for (std::size_t i = 0; i < shares.size(); ++i) {
            if (parts[i] == 0) RC_ASSERT(counts[i] == 0U);
            const long double exact = static_cast<long double>(items) * parts[i] / all;
            // a share is not known better than to a double's last bit
            RC_ASSERT(std::abs(static_cast<double>(static_cast<long double>(counts[i]) - exact)) <
                      1.0 + 1e-12 + 3e-16 * static_cast<double>(items));
        }
    }));
    const std::vector<std::uint64_t> huge =
        largest_remainder(std::numeric_limits<std::uint64_t>::max(), {0.3, 0.3, 0.4});
    CHECK(huge[0] + huge[1] + huge[2] == std::numeric_limits<std::uint64_t>::max());
}
