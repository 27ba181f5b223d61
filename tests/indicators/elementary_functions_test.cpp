// The elementary functions of the kernel text, on every instruction set, against the C library's in extended
// precision: each is to be within an ulp of the exact value.
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "device/cpu/kernel_choice.hpp"
#include "indicators/catalogue.hpp"

using namespace threadx;

namespace {

using Reference = long double (*)(long double);
using Arguments = double (*)(std::mt19937_64&);

double even(std::mt19937_64& random, double from, double to) {
    return std::uniform_real_distribution<>(from, to)(random);
}

double of_size(std::mt19937_64& random, double least, double most) {
    return std::copysign(std::pow(10.0, even(random, least, most)), even(random, -1.0, 1.0));
}

double angle(std::mt19937_64& random) {
    return random() % 2 == 0 ? even(random, -10.0, 10.0) : of_size(random, -10.0, 14.9);
}

double ratio(std::mt19937_64& random) {
    if (random() % 2 == 0) return even(random, -1.0, 1.0);
    return std::copysign(1.0 - std::pow(10.0, even(random, -16.0, 0.0)), even(random, -1.0, 1.0));
}

double exponent(std::mt19937_64& random) {
    return random() % 2 == 0 ? even(random, -700.0, 700.0) : of_size(random, -18.0, 1.0);
}

double above_zero(std::mt19937_64& random) {
    switch (random() % 3) {
    case 0: return std::pow(10.0, even(random, -307.0, 308.0));
    case 1: return 1.0 + of_size(random, -15.0, -1.0);
    default: return std::ldexp(even(random, 0.5, 1.0), -1040); // with leading zeros
    }
}

struct Function {
    const char* name;
    Reference exact;
    Arguments arguments;
};

const Function functions[] = {
    {"sin", std::sin, angle},      {"cos", std::cos, angle},      {"tan", std::tan, angle},
    {"asin", std::asin, ratio},    {"acos", std::acos, ratio},    {"atan", std::atan, angle},
    {"exp", std::exp, exponent},   {"sinh", std::sinh, exponent}, {"cosh", std::cosh, exponent},
    {"tanh", std::tanh, exponent}, {"log", std::log, above_zero}, {"log10", std::log10, above_zero}};

int kernel_of(std::string_view name) {
    int kernel = 0;
    while (column_kernels()[static_cast<std::size_t>(kernel)].name != name) ++kernel;
    return kernel;
}

std::vector<double> values(const KernelTable& kernels, std::string_view name, const std::vector<double>& x) {
    std::vector<double> y(x.size());
    const double* const in = x.data();
    double* const out = y.data();
    kernels.column(kernel_of(name), &in, nullptr, static_cast<int>(x.size()), &out);
    return y;
}

} // namespace

TEST_CASE("elementary functions are within an ulp of the exact value") {
    constexpr int count = 5000;
    for (const Function& function : functions) {
        std::mt19937_64 random(42);
        std::vector<double> x;
        for (int i = 0; i < count; ++i) x.push_back(function.arguments(random));
        for (const KernelTable* kernels : available_kernels()) {
            const std::vector<double> y = values(*kernels, function.name, x);
            for (std::size_t i = 0; i < x.size(); ++i) {
                const long double exact = function.exact(static_cast<long double>(x[i]));
                const auto rounded = static_cast<double>(exact);
                if (!std::isfinite(rounded)) continue;
                const double ulp =
                    std::nextafter(std::fabs(rounded), std::numeric_limits<double>::infinity()) -
                    std::fabs(rounded);
                const auto off = static_cast<double>(std::fabs(static_cast<long double>(y[i]) - exact));
                if (!(off <= ulp))
                    FAIL(fmt::format("{}({}) on {}: {}, and exactly {}", function.name, x[i], kernels->name,
                                     y[i], rounded));
            }
        }
    }
}

TEST_CASE("elementary functions have no value where there is none") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::pair<const char*, double> undefined[] = {
        {"log", 0.0},  {"log", -1.5},  {"log10", -0.0}, {"log10", -1.5}, {"asin", 1.5}, {"asin", -1.5},
        {"acos", 1.5}, {"acos", -1.5}, {"sin", 1e15},   {"cos", -1e16},  {"tan", 1e17}};
    for (const KernelTable* kernels : available_kernels()) {
        for (const std::pair<const char*, double>& call : undefined) {
            CAPTURE(std::string(call.first));
            CAPTURE(call.second);
            CHECK(std::isnan(values(*kernels, call.first, {call.second}).front()));
        }
        for (const Function& function : functions) {
            CAPTURE(std::string(function.name));
            for (const double value : values(*kernels, function.name, {nan, infinity, -infinity}))
                CHECK(std::isnan(value));
        }
        CHECK(values(*kernels, "exp", {1000.0, -1000.0, 0.0}) == std::vector{infinity, 0.0, 1.0});
        CHECK(values(*kernels, "atan", {1e300, -1e308}) == std::vector{std::atan(1e300), std::atan(-1e300)});
        CHECK(values(*kernels, "tanh", {23.0, -700.0}) == std::vector{1.0, -1.0});
    }
}
