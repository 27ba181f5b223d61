#include <cmath>
#include <cstdint>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "base/normal_distribution.hpp"

using namespace threadx;

// 20 digits of mpmath: erfc(-x/√2)/2.
TEST_CASE("the normal distribution function has fifteen digits, in the lower tail too") {
    struct Known {
        double x;
        double probability;
    };
    const Known known[] = {{-38, 2.8854283600687843084e-316},   {-20, 2.7536241186062336951e-89},
                           {-10.25, 5.9171769073656178503e-25}, {-6, 9.865876450376981407e-10},
                           {-5.7, 5.9903714010635281878e-9},    {-5.6, 1.071759025831092932e-8},
                           {-3, 0.0013498980316300945267},      {-1.959963984540054, 0.025000000000000010876},
                           {-1, 0.15865525393145705141},        {-0.67, 0.25142889509531010155},
                           {-0.66, 0.25462691467133613764},     {-0.1, 0.46017216272297101633},
                           {-1e-10, 0.49999999996010577196},    {0.25, 0.59870632568292372424},
                           {0.66, 0.74537308532866386236},      {1, 0.84134474606854294859},
                           {2.5, 0.99379033467422386483},       {5.6, 0.99999998928240974169},
                           {8.2, 0.99999999999999987981}};
    for (const Known& k : known) {
        CAPTURE(k.x);
        const double tolerance = k.probability < 1e-300 ? 1e-7 : 2e-15; // denormal numbers have fewer digits
        CHECK(std::fabs(normal_cdf(k.x) / k.probability - 1.0) < tolerance);
    }
    CHECK(normal_cdf(0.0) == 0.5);
    CHECK(normal_cdf(-50.0) == 0.0);
    CHECK(normal_cdf(INFINITY) == 1.0);
    CHECK(std::isnan(normal_cdf(NAN)));
}

TEST_CASE("the quantile of nothing and of all is infinite, and there is none of a probability above 1") {
    CHECK(normal_quantile(0.0) == -INFINITY);
    CHECK(normal_quantile(1.0) == INFINITY);
    CHECK(std::isnan(normal_quantile(1.0001)));
    CHECK(std::isnan(normal_quantile(-0.1)));
}

TEST_CASE("the normal quantile inverts the distribution function of the C library") {
    CHECK(normal_quantile(0.5) == 0.0);
    CHECK(rc::check([] {
        const double p = (static_cast<double>(*rc::gen::arbitrary<std::uint32_t>()) + 0.5) * 0x1p-32;
        const double tail = std::ldexp(p, -*rc::gen::inRange(0, 60)); // far into the lower tail too
        for (const double q : {p, tail}) {
            const long double x = normal_quantile(q);
            const long double back = 0.5L * std::erfc(-x / std::sqrt(2.0L));
            // An error e in x moves the probability by e times the density.
            const long double density = std::exp(-x * x / 2.0L) / std::sqrt(2.0L * 3.14159265358979323846L);
            RC_ASSERT(std::fabs(back - static_cast<long double>(q)) / density <
                      1e-15L * (1.0L + std::fabs(x)));
        }
    }));
}

TEST_CASE("the distribution function inverts the quantile") {
    CHECK(rc::check([] {
        const double p = (static_cast<double>(*rc::gen::arbitrary<std::uint32_t>()) + 0.5) * 0x1p-32;
        RC_ASSERT(std::fabs(normal_cdf(normal_quantile(p)) - p) < 1e-14);
    }));
}
