// Elementwise operations of each instruction set against apply(), one pair of numbers at a time.
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "device/backtests.hpp"
#include "rules/graph.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

struct Pairs {
    std::vector<double> a;
    std::vector<double> b;
    int count() const { return static_cast<int>(a.size()); }
};

// All pairs of special numbers, then random ones; as many as fill whole words.
Pairs telling_pairs() {
    using limits = std::numeric_limits<double>;
    const std::vector<double> special = {0.0,
                                         -0.0,
                                         1.0,
                                         -1.0,
                                         0.1,
                                         limits::min(),
                                         -limits::min(),
                                         limits::denorm_min(),
                                         -5e-320,
                                         limits::max(),
                                         -limits::max(),
                                         limits::infinity(),
                                         -limits::infinity(),
                                         limits::quiet_NaN(),
                                         1.0 + limits::epsilon()};
    Pairs pairs;
    for (const double a : special)
        for (const double b : special) {
            pairs.a.push_back(a);
            pairs.b.push_back(b);
        }
    Dice dice(11);
    while (pairs.a.size() < 640) {
        pairs.a.push_back(dice.between(-10.0, 10.0));
        pairs.b.push_back(dice.chance(0.2) ? pairs.a.back() : dice.between(-10.0, 10.0));
    }
    return pairs;
}

constexpr Op number_operations[] = {Op::negate,   Op::absolute,   Op::square_root, Op::add,
                                    Op::subtract, Op::multiply,   Op::divide,      Op::minimum,
                                    Op::maximum,  Op::replace_nan};

} // namespace

TEST_CASE("each operation gives apply()'s bits on every instruction set") {
    const Pairs pairs = telling_pairs();
    for (const KernelTable* kernels : available_kernels()) {
        CAPTURE(kernels->name);
        for (const Op op : number_operations) {
            CAPTURE(static_cast<int>(op));
            std::vector<double> out(pairs.a.size());
            kernels->number_operation(static_cast<int>(op), pairs.a.data(), pairs.b.data(), out.data(),
                                      pairs.count());
            for (std::size_t i = 0; i < out.size(); ++i) {
                CAPTURE(pairs.a[i]);
                CAPTURE(pairs.b[i]);
                CHECK(same_bits(out[i], apply(op, pairs.a[i], pairs.b[i])));
            }
        }
    }
}

TEST_CASE("operations of one operand need no second one, and copying copies") {
    const Pairs pairs = telling_pairs();
    for (const KernelTable* kernels : available_kernels()) {
        CAPTURE(kernels->name);
        for (const Op op : {Op::constant, Op::negate, Op::absolute, Op::square_root}) {
            std::vector<double> out(pairs.a.size());
            kernels->number_operation(static_cast<int>(op), pairs.a.data(), nullptr, out.data(),
                                      pairs.count());
            for (std::size_t i = 0; i < out.size(); ++i)
                CHECK(same_bits(out[i], op == Op::constant ? pairs.a[i] : apply(op, pairs.a[i], 0.0)));
        }
    }
}

TEST_CASE("comparisons set the bits that apply() says, on every instruction set") {
    const Pairs pairs = telling_pairs();
    for (const KernelTable* kernels : available_kernels()) {
        CAPTURE(kernels->name);
        for (const Op op : {Op::less, Op::less_equal, Op::equal, Op::not_equal}) {
            CAPTURE(static_cast<int>(op));
            std::vector<std::uint64_t> words(pairs.a.size() / bars_per_word, 0xAAAAAAAAAAAAAAAAULL);
            kernels->comparison(static_cast<int>(op), pairs.a.data(), pairs.b.data(), words.data(),
                                pairs.count());
            for (std::size_t i = 0; i < pairs.a.size(); ++i)
                CHECK((words[i / 64] >> (i % 64) & 1U) ==
                      (apply(op, pairs.a[i], pairs.b[i]) != 0.0 ? 1U : 0U));
        }
    }
}

TEST_CASE("the instruction sets are there by name, and another name is refused") {
    for (const KernelTable* kernels : available_kernels()) CHECK(&choose_kernels(kernels->name) == kernels);
    CHECK(&choose_kernels("auto") == available_kernels().front());
    CHECK(std::string(available_kernels().back()->name) == "scalar");
    CHECK_THROWS_AS(choose_kernels("avx3"), InputError);
}
