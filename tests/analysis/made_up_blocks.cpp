#include "made_up_blocks.hpp"

#include <cmath>
#include <random>

namespace threadx::test {

ReturnBlocks cut(const Returns& returns, std::size_t blocks) {
    ReturnBlocks out;
    out.blocks = blocks;
    out.returns_per_block.resize(blocks);
    out.sums.resize(returns.size() * blocks);
    out.squares.resize(returns.size() * blocks);
    for (std::size_t i = 0; i < returns.size(); ++i) {
        out.scenarios.push_back(10 + i);
        for (std::size_t t = 0; t < returns[i].size(); ++t) {
            const std::size_t block = t * blocks / returns[i].size();
            if (i == 0) ++out.returns_per_block[block];
            out.sums[i * blocks + block] += returns[i][t];
            out.squares[i * blocks + block] += returns[i][t] * returns[i][t];
        }
    }
    return out;
}

Returns normal_returns(const std::vector<double>& means, std::size_t returns, std::uint64_t seed) {
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal(0.0, 0.01);
    Returns out;
    for (const double mean : means) {
        out.emplace_back();
        for (std::size_t t = 0; t < returns; ++t) out.back().push_back(mean + normal(engine));
    }
    return out;
}

Returns noise(std::size_t trials, std::size_t returns, std::uint64_t seed) {
    return normal_returns(std::vector<double>(trials, 0.0), returns, seed);
}

} // namespace threadx::test
