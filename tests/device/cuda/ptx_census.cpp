#include "device/cuda/ptx_census.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

namespace threadx::test {
namespace {

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

bool has_part(const std::string& mnemonic, const char* part) {
    const std::string dotted = mnemonic + ".";
    return dotted.find(std::string(".") + part + ".") != std::string::npos;
}

// An instruction on floats is exact if it moves, compares or selects, or says that it rounds to the nearest.
// Where no rounding is said, the assembler may still fuse a product and a sum.
bool is_exact(const std::string& mnemonic, const std::string& line) {
    const std::string operation = mnemonic.substr(0, mnemonic.find('.'));
    for (const char* const part : {"ftz", "approx", "full", "sat"})
        if (has_part(mnemonic, part)) return false;
    constexpr std::array<std::string_view, 7> moving = {"ld", "st", "mov", "selp", "setp", "abs", "neg"};
    if (std::ranges::find(moving, operation) != moving.end()) return true;
    constexpr std::array<std::string_view, 6> rounding = {"add", "sub", "mul", "div", "sqrt", "rcp"};
    if (std::ranges::find(rounding, operation) != rounding.end()) return has_part(mnemonic, "rn");
    // To a wider type nothing is rounded; to an integer the fraction is cut off, as C has it.
    if (operation == "cvt")
        return has_part(mnemonic, "rn") || has_part(mnemonic, "rzi") || mnemonic == "cvt.f64.f32";
    // x > c ? x : c for a constant c: NaN gives c in both. Where c is 0 they differ in -0, which these
    // numbers never are.
    if (operation == "min" || operation == "max")
        return line.find(", 0d0000000000000000;") != std::string::npos ||
               line.find(", 0f00000000;") != std::string::npos ||
               line.find(", 0d3FF0000000000000;") != std::string::npos || // 1
               line.find(", 0dBFF0000000000000;") != std::string::npos;   // -1
    return false; // fma, mad, ex2, ... and whatever else there is
}

} // namespace

PtxCensus take_ptx_census(const std::string& ptx) {
    PtxCensus census;
    std::istringstream lines(ptx);
    std::string kernel;
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> words = words_of(line.substr(0, line.find("//")));
        if (const auto entry = std::ranges::find(words, ".entry");
            entry != words.end() && entry + 1 != words.end())
            kernel = entry[1].substr(0, entry[1].find('('));
        if (!words.empty() && words.front().starts_with('@')) words.erase(words.begin()); // a predicate
        if (words.empty() ||
            std::string_view(".{}()$/").find(words.front().front()) != std::string_view::npos)
            continue;
        if (line.find(';') == std::string::npos) continue; // goes on from the line before
        std::string mnemonic = words.front();
        if (mnemonic.back() == ';') mnemonic.pop_back();
        ++census.instructions;
        ++census.of_kernel[kernel];
        if ((has_part(mnemonic, "f32") || has_part(mnemonic, "f64") || has_part(mnemonic, "f16")) &&
            !is_exact(mnemonic, line))
            census.inexact.push_back(kernel + ": " + line);
    }
    return census;
}

} // namespace threadx::test
