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

constexpr Op number_operations[] = {Op::negate,   Op::absolute,    Op::square_root, Op::add,
                                    Op::subtract, Op::multiply,    Op::divide,      Op::minimum,
                                    Op::maximum,  Op::replace_nan, Op::ratio};

// Operands as the kernels take them, and what they are at bar i.
struct Form {
    const char* name;
    BlockOperand a;
    BlockOperand b;
    double a_scalar;
    double b_scalar;

    double a_at(const Pairs& pairs, std::size_t i) const {
        return a.series != nullptr ? pairs.a[i] : a_scalar;
    }
    double b_at(const Pairs& pairs, std::size_t i) const {
        return b.series != nullptr ? pairs.b[i] : b_scalar;
    }
};

// The operands as two series, and with a scalar for either or both of them.
std::vector<Form> forms_of(const Pairs& pairs) {
    const BlockOperand a = {pairs.a.data(), 0.0};
    const BlockOperand b = {pairs.b.data(), 0.0};
    std::vector<Form> forms = {{"series, series", a, b, 0.0, 0.0}};
    for (const double x : {0.0, -0.0, 1.5, -1.0, std::numeric_limits<double>::quiet_NaN(),
                           std::numeric_limits<double>::infinity()}) {
        forms.push_back({"series, scalar", a, {nullptr, x}, 0.0, x});
        forms.push_back({"scalar, series", {nullptr, x}, b, x, 0.0});
        forms.push_back({"scalar, scalar", {nullptr, x}, {nullptr, 1.5}, x, 1.5});
    }
    return forms;
}

bool bit_of(const std::vector<std::uint64_t>& words, std::size_t i) {
    return (words[i / 64] >> (i % 64) & 1U) != 0;
}

} // namespace

TEST_CASE("each operation gives apply()'s bits on every instruction set") {
    const Pairs pairs = telling_pairs();
    for (const KernelTable* kernels : available_kernels())
        for (const Op op : number_operations)
            for (const Form& form : forms_of(pairs)) {
                CAPTURE(kernels->name);
                CAPTURE(static_cast<int>(op));
                CAPTURE(form.name);
                std::vector<double> out(pairs.a.size());
                kernels->number_operation(static_cast<int>(op), form.a, form.b, out.data(), pairs.count());
                for (std::size_t i = 0; i < out.size(); ++i) {
                    const double a = form.a_at(pairs, i);
                    const double b = form.b_at(pairs, i);
                    CAPTURE(a);
                    CAPTURE(b);
                    CHECK(same_bits(out[i], apply(op, a, b)));
                }
            }
}

TEST_CASE("operations of one operand need no second one, and copying copies") {
    const Pairs pairs = telling_pairs();
    for (const KernelTable* kernels : available_kernels()) {
        CAPTURE(kernels->name);
        for (const Op op : {Op::constant, Op::negate, Op::absolute, Op::square_root}) {
            std::vector<double> out(pairs.a.size());
            kernels->number_operation(static_cast<int>(op), {pairs.a.data(), 0.0}, {nullptr, 0.0}, out.data(),
                                      pairs.count());
            for (std::size_t i = 0; i < out.size(); ++i)
                CHECK(same_bits(out[i], op == Op::constant ? pairs.a[i] : apply(op, pairs.a[i], 0.0)));
        }
    }
}

TEST_CASE("comparisons set the bits that apply() says, on every instruction set") {
    const Pairs pairs = telling_pairs();
    for (const KernelTable* kernels : available_kernels())
        for (const Op op : {Op::less, Op::less_equal, Op::equal, Op::not_equal})
            for (const Form& form : forms_of(pairs)) {
                CAPTURE(kernels->name);
                CAPTURE(static_cast<int>(op));
                CAPTURE(form.name);
                std::vector<std::uint64_t> words(pairs.a.size() / bars_per_word, 0xAAAAAAAAAAAAAAAAULL);
                kernels->comparison(static_cast<int>(op), form.a, form.b, words.data(), pairs.count());
                for (std::size_t i = 0; i < pairs.a.size(); ++i)
                    CHECK(bit_of(words, i) == (apply(op, form.a_at(pairs, i), form.b_at(pairs, i)) != 0.0));
            }
}

TEST_CASE("a crossing is a comparison now and the opposite one a bar ago, on every instruction set") {
    const Pairs pairs = telling_pairs();
    const std::size_t last = pairs.a.size() - 1;
    for (const KernelTable* kernels : available_kernels())
        for (const Form& form : forms_of(pairs))
            for (const bool before : {false, true}) {
                CAPTURE(kernels->name);
                CAPTURE(form.name);
                const auto not_above = [&](std::size_t i) {
                    return form.a_at(pairs, i) <= form.b_at(pairs, i);
                };
                std::vector<std::uint64_t> words(pairs.a.size() / bars_per_word, 0xAAAAAAAAAAAAAAAAULL);
                const std::uint64_t after =
                    kernels->crossing(form.a, form.b, before ? 1 : 0, words.data(), pairs.count());
                for (std::size_t i = 0; i <= last; ++i)
                    CHECK(bit_of(words, i) == (form.a_at(pairs, i) > form.b_at(pairs, i) &&
                                               (i == 0 ? before : not_above(i - 1))));
                CHECK(after == (not_above(last) ? 1U : 0U));
            }
}

TEST_CASE("the instruction sets are there by name, and another name is refused") {
    for (const KernelTable* kernels : available_kernels()) CHECK(&choose_kernels(kernels->name) == kernels);
    CHECK(&choose_kernels("auto") == available_kernels().front());
    CHECK(std::string(available_kernels().back()->name) == "scalar");
    CHECK_THROWS_AS(choose_kernels("avx3"), InputError);
}
