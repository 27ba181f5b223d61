#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "testing.hpp"

using namespace threadx;
using namespace threadx::testing;

TEST_CASE("in a grid the last dimension varies fastest") {
    const Drawer draw({Dimension::levels("a", {10, 20}), Dimension::levels("b", {1, 2, 3})}, {});
    REQUIRE(draw.count() == 6);
    CHECK(draw(0).values == std::vector<double>{10, 1});
    CHECK(draw(1).values == std::vector<double>{10, 2});
    CHECK(draw(2).values == std::vector<double>{10, 3});
    CHECK(draw(3).values == std::vector<double>{20, 1});
    CHECK(draw(5).values == std::vector<double>{20, 3});
    CHECK(draw(5).levels == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("grid ids count through nested loops") {
    CHECK(rc::check([] {
        const int a = *rc::gen::inRange(1, 8);
        const int b = *rc::gen::inRange(1, 8);
        const int c = *rc::gen::inRange(1, 8);
        const std::vector<Dimension> dimensions = {Dimension::stepped("a", 0.5, a - 0.5, 1),
                                                   Dimension::stepped("b", 1, b, 1),
                                                   Dimension::stepped("c", 0.1, 0.1 * c, 0.1)};
        const Drawer draw(dimensions, {});
        std::uint64_t id = 0;
        for (std::uint64_t i = 0; i < dimensions[0].level_count(); ++i)
            for (std::uint64_t j = 0; j < dimensions[1].level_count(); ++j)
                for (std::uint64_t k = 0; k < dimensions[2].level_count(); ++k) {
                    const Point point = draw(id++);
                    RC_ASSERT((point.levels == std::vector<std::uint64_t>{i, j, k}));
                    RC_ASSERT(
                        (point.values == std::vector<double>{dimensions[0].level(i), dimensions[1].level(j),
                                                             dimensions[2].level(k)}));
                }
        RC_ASSERT(draw.count() == id);
        RC_ASSERT(id == static_cast<std::uint64_t>(a * b * c));
    }));
}

TEST_CASE("a grid without dimensions is one scenario of defaults") {
    const Drawer draw({}, {});
    CHECK(draw.count() == 1);
    CHECK(draw(0).values.empty());
}

TEST_CASE("a grid does not read the number of scenarios") {
    CHECK(Drawer({Dimension::levels("a", {1, 2})}, {.scenarios = 10000}).count() == 2);
}

TEST_CASE("a grid may have 2^63 points and no more") {
    const Dimension big = Dimension::stepped("a", 0, 0x1p53 - 1, 1);
    const Drawer draw({big, Dimension::stepped("b", 1, 1024, 1)}, {});
    CHECK(draw.count() == 1ULL << 63);
    CHECK(draw((1ULL << 63) - 1).values == std::vector<double>{0x1p53 - 1, 1024});
    const Space over({big, Dimension::stepped("b", 1, 2000, 1)});
    CHECK(message_of([&] { make_sampler(over, {}, "sweep.toml:9:1"); }) ==
          "sweep.toml:9:1: the grid has 9007199254740992 * 2000 = 1.8e+19 points, more than 2^63; take fewer "
          "values, "
          "or choose another sampler");
    const Space far_over({big, Dimension::stepped("b", 1, 2000, 1), Dimension::stepped("c", 1, 0x1p40, 1)});
    CHECK(message_of([&] { make_sampler(far_over, {}, "sweep.toml:9:1"); }).find("1.98e+31 points") !=
          std::string::npos);
}

TEST_CASE("a grid refuses a continuous dimension at its place") {
    const std::vector<ParameterInfo> parameters = {{"n", 1, 0, 9, true}, {"x", 1, 0, 9, false}};
    const ConfigNode root =
        ConfigNode::parse("n = { min = 1, max = 3 }\nx = { min = 1, max = 3 }", "sweep.toml");
    CHECK(message_of([&] { make_sampler(Space::read(root, parameters), {}, "sweep.toml:9:1"); }) ==
          "sweep.toml:2:5: 'x' is continuous and a grid needs a list of values; give from, to and step, or "
          "choose "
          "another sampler");
    CHECK(message_of([] {
              make_sampler(Space({unit("x")}), {}, "here");
          }).starts_with("here: 'x' is continuous"));
}
