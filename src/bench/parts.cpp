#include "bench/parts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analysis/metrics.hpp"
#include "base/stopwatch.hpp"
#include "market/csv_reader.hpp"
#include "store/row_writer.hpp"
#include "store/run_store.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t block_rows = 4096;
constexpr std::size_t queued_blocks = 12;

void note_median(PartMeasurement& out) {
    std::vector<double> sorted = out.seconds_of_runs;
    std::sort(sorted.begin(), sorted.end());
    out.seconds = sorted[(sorted.size() - 1) / 2];
}

// A third of the columns are whole numbers, as counts of trades are; the others are fractions.
RowBlock made_up_rows(IdRange range, std::size_t width) {
    RowBlock block;
    block.range = range;
    block.statuses.assign(range.size(), RowStatus::ok);
    block.values.reserve(range.size() * width);
    std::uint64_t state = range.first + 1;
    for (std::uint64_t id = range.first; id < range.last; ++id) {
        block.scenarios.push_back(id);
        for (std::size_t column = 0; column < width; ++column) {
            state = state * 6364136223846793005U + 1442695040888963407U; // Knuth's MMIX
            block.values.push_back(column % 3 == 0 ? static_cast<double>(state >> 54)
                                                   : static_cast<double>(state >> 11) * 0x1p-53);
        }
    }
    return block;
}

} // namespace

PartMeasurement measure_csv(const std::filesystem::path& bars, unsigned long long runs) {
    PartMeasurement out;
    out.amount = std::filesystem::file_size(bars);
    for (unsigned long long i = 0; i < runs; ++i) {
        const Stopwatch stopwatch;
        read_bars_csv(bars);
        out.seconds_of_runs.push_back(stopwatch.seconds());
    }
    note_median(out);
    return out;
}

PartMeasurement measure_store(const std::filesystem::path& folder, std::uint64_t rows,
                              unsigned long long runs, const std::atomic<bool>* stop) {
    RowSchema schema;
    for (int i = 1; i <= 4; ++i) schema.parameters.push_back(fmt::format("parameter_{}", i));
    schema.metrics = metric_names();
    std::vector<RowBlock> blocks; // made beforehand: what is measured is storing them
    for (std::uint64_t first = 0; first < rows; first += block_rows)
        blocks.push_back(made_up_rows({first, std::min(first + block_rows, rows)}, schema.width()));

    PartMeasurement out;
    out.amount = rows;
    for (unsigned long long i = 0; i < runs; ++i) {
        std::vector<RowBlock> copies = blocks;
        RunStore store = RunStore::create(folder, schema, true);
        const Stopwatch stopwatch;
        RowWriter writer(store, queued_blocks);
        for (RowBlock& block : copies) {
            if (stop != nullptr && stop->load()) break;
            writer.push(std::move(block));
        }
        writer.close();
        store.finish();
        out.seconds_of_runs.push_back(stopwatch.seconds());
        if (stop != nullptr && stop->load()) break;
    }
    std::filesystem::remove_all(folder);
    note_median(out);
    return out;
}

} // namespace threadx
