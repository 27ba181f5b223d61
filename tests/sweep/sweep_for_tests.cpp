#include "sweep_for_tests.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <system_error>

#include "market/csv_writer.hpp"
#include "market/synthetic.hpp"

namespace threadx::test {

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "threadx_sweep_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void write_bars(const std::filesystem::path& file, long long bars) {
    SyntheticSettings settings;
    settings.bars = bars;
    settings.period_ns = 3'600'000'000'000;
    settings.annual_volatility = 1.5;
    write_bars_csv(file, synthesize(settings));
}

SweepRequest make_request(const std::filesystem::path& data, const std::string& strategy,
                          const std::string& config) {
    SweepRequest request;
    request.config_name = "sweep.toml";
    request.config_text = config;
    request.strategy_name = "strategy.toml";
    request.strategy_text = strategy;
    request.data_file = data;
    return request;
}

CollectedRow collected_row(const RowBlock& block, std::size_t i) {
    CollectedRow row{block.statuses[i], {}};
    for (const std::vector<double>* numbers : {&block.values, &block.block_sums}) {
        const auto width = static_cast<std::ptrdiff_t>(numbers->size() / block.rows());
        const auto first = numbers->begin() + static_cast<std::ptrdiff_t>(i) * width;
        row.values.insert(row.values.end(), first, first + width);
    }
    return row;
}

CollectedRows run_all(const PreparedSweep& sweep, const RunOptions& options) {
    CollectedRows out;
    std::mutex mutex;
    const std::size_t width = sweep.schema().width();
    out.result = run_sweep(sweep, {sweep.range()}, options, [&](const RowBlock& block) {
        const std::lock_guard lock(mutex);
        if (block.statuses.size() != block.rows() || block.values.size() != block.rows() * width)
            throw std::logic_error("a block whose parts differ in size");
        for (std::size_t i = 0; i < block.rows(); ++i) {
            const std::uint64_t id = block.scenarios[i];
            if (id < block.range.first || id >= block.range.last)
                throw std::logic_error("a row outside of its block");
            if (!out.rows.emplace(id, collected_row(block, i)).second)
                throw std::logic_error("a row that comes twice");
        }
    });
    return out;
}

bool same_bits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](double x, double y) { return same_bits(x, y); });
}

} // namespace threadx::test
