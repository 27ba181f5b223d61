// Measures the store: rows appended and read a second, for 4 parameters and 29 metrics in blocks of 4,096
// rows.
//     measure_store [directory for the run, default: a temporary one] [rows, default 1000000]
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <unistd.h>

#include <fmt/format.h>

#include "store/row_writer.hpp"
#include "store/run_store.hpp"

using namespace threadx;

namespace {

void report(const char* what, std::uint64_t rows, const auto& action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    fmt::print("{:<42} {:7.3f} s {:12.0f} rows/s\n", what, seconds.count(),
               static_cast<double>(rows) / seconds.count());
}

// A third of the columns are whole numbers, as counts of trades are; the others are fractions.
RowBlock make_block(std::uint64_t first, std::uint64_t rows, std::size_t width) {
    RowBlock block{{first, first + rows}, {}, {}, {}};
    std::uint64_t state = first + 1;
    for (std::uint64_t row = 0; row < rows; ++row) {
        block.scenarios.push_back(first + row);
        block.statuses.push_back(RowStatus::ok);
        for (std::size_t column = 0; column < width; ++column) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            block.values.push_back(column % 3 == 0 ? static_cast<double>(state >> 54)
                                                   : static_cast<double>(state >> 11) * 0x1p-53);
        }
    }
    return block;
}

} // namespace

int main(int count, char** arguments) {
    namespace fs = std::filesystem;
    const fs::path folder = count > 1
                                ? fs::path(arguments[1])
                                : fs::temp_directory_path() / fmt::format("threadx_measure_{}", ::getpid());
    const std::uint64_t rows = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1'000'000;
    constexpr std::uint64_t block_rows = 4096;
    RowSchema schema;
    for (int i = 0; i < 4; ++i) schema.parameters.push_back(fmt::format("parameter_{}", i));
    for (int i = 0; i < 29; ++i) schema.metrics.push_back(fmt::format("metric_{}", i));

    const std::uint64_t blocks = rows / block_rows;
    const std::uint64_t total = blocks * block_rows;
    const RowBlock sample = make_block(0, block_rows, schema.width());
    const auto block = [&](std::uint64_t i) {
        RowBlock copy = sample;
        copy.range = {i * block_rows, (i + 1) * block_rows};
        for (std::uint64_t row = 0; row < block_rows; ++row) copy.scenarios[row] = i * block_rows + row;
        return copy;
    };
    for (const bool ascending : {true, false}) {
        RunStore store = RunStore::create(folder, schema, true);
        report(ascending ? "append, ascending" : "append, two halves by turns", total, [&] {
            for (std::uint64_t i = 0; i < blocks; ++i)
                store.append(block(ascending ? i : i % 2 * ((blocks + 1) / 2) + i / 2));
        });
        report("finish", total, [&] { store.finish(); });
    }
    {
        RunStore store = RunStore::create(folder, schema, true);
        RowWriter writer(store, 8);
        report("append through RowWriter", total, [&] {
            for (std::uint64_t i = 0; i < blocks; ++i) writer.push(block(i));
            writer.close();
        });
        store.finish();
    }
    const RunStore store = RunStore::open_for_reading(folder);
    report("for_each_row", total, [&] { store.for_each_row([](auto...) {}); });
    report("hash", total, [&] { store.hash(); });
    report("top 100", total, [&] { store.top(100, {"metric_7"}); });
    fmt::print("{} bytes a row\n", fs::file_size(folder / "rows.sqlite") / total);
    if (count <= 1) fs::remove_all(folder);
}
