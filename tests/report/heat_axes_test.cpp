// Parameters cut into cells.
#include <cmath>

#include <doctest/doctest.h>

#include "report/heat_axes.hpp"

namespace threadx {

TEST_CASE("few values have a cell each, ascending whatever the order they were listed in") {
    const Space space({Dimension::levels("n", {5.0, 1.0, 3.0}), Dimension::levels("one", {7.0})});
    const auto axes = heat_axes(space, {"other", "n", "one"}, 10'000);
    REQUIRE(axes.size() == 1); // a parameter with one value is no axis
    CHECK(axes[0].name == "n");
    CHECK(axes[0].parameter == 1);
    CHECK(axes[0].single_values);
    CHECK(axes[0].edges == std::vector<double>{1.0, 3.0, 5.0});
    CHECK(axes[0].last == 5.0);
    CHECK(axes[0].cell(3.0) == 1);
    CHECK(axes[0].cell(2.9) == 0);
    CHECK(axes[0].cell(-9.0) == 0);
    CHECK(axes[0].cell(9.0) == 2);
}

TEST_CASE("a continuum is cut evenly on its own scale") {
    const Space space({Dimension::continuous("x", 1.0, 10'000.0, true)});
    const auto axes = heat_axes(space, {"x"}, 4);
    REQUIRE(axes.size() == 1);
    CHECK_FALSE(axes[0].single_values);
    REQUIRE(axes[0].size() == 4);
    for (std::size_t k = 0; k < 4; ++k) CHECK(axes[0].edges[k] == doctest::Approx(std::pow(10.0, k)));
}

TEST_CASE("many values share cells, every value in the one whose edge is next below it") {
    const Space space({Dimension::stepped("n", 0.0, 999.0, 1.0)});
    const HeatAxis axis = heat_axes(space, {"n"}, 100).at(0);
    REQUIRE(axis.size() == 100);
    std::vector<int> counts(axis.size());
    for (int n = 0; n < 1000; ++n) ++counts[axis.cell(n)];
    for (const int count : counts) CHECK(count == 10);
}

TEST_CASE("with many parameters cells become fewer, until all pairs fit") {
    std::vector<Dimension> dimensions;
    std::vector<std::string> names;
    for (int i = 0; i < 30; ++i) {
        names.push_back("p" + std::to_string(i));
        dimensions.push_back(Dimension::continuous(names.back(), 0.0, 1.0, false));
    }
    const auto axes = heat_axes(Space(std::move(dimensions)), names, 25'000);
    CHECK(axes.size() == 24);
    CHECK(pair_cells(axes) <= 25'000);
}

} // namespace threadx
