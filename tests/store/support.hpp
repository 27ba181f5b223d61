// What the store's tests share: folders that clean up, and rows that can be made again from their id.
#pragma once

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "store/run_store.hpp"

namespace threadx::test {

// A new folder in the system's temporary directory, removed with all its contents at the end.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "threadx_store_XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

inline const RowSchema small_schema{{"n", "entry_z"}, {"sharpe", "trades", "max_drawdown"}};

// The value of a row: reproducible, and of all kinds (whole numbers, fractions, NaN, infinities, zeros,
// denormals).
inline double value_of(std::uint64_t scenario, std::size_t column) {
    std::uint64_t bits = (scenario * 64 + column + 1) * 0x9e3779b97f4a7c15u; // SplitMix64
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
    bits ^= bits >> 31;
    switch (bits % 16) {
    case 0: return std::numeric_limits<double>::quiet_NaN();
    case 1: return std::numeric_limits<double>::infinity();
    case 2: return -std::numeric_limits<double>::infinity();
    case 3: return -0.0;
    case 4: return std::bit_cast<double>(bits >> 13); // denormal
    case 5:
    case 6:
    case 7: return static_cast<double>(bits % 1000);
    default: return static_cast<double>(bits) / 1e19 - 0.5;
    }
}

inline const RowSchema schema_with_blocks{small_schema.parameters, small_schema.metrics, {3, 4, 4}};

// The rows of a range: every seventh id has none, and some are ruined or invalid.
inline RowBlock make_block(IdRange range, std::size_t width = small_schema.width(), std::size_t blocks = 0) {
    RowBlock block{range, {}, {}, {}};
    for (std::uint64_t id = range.first; id < range.last; ++id) {
        if (id % 7 == 3) continue;
        block.scenarios.push_back(id);
        block.statuses.push_back(id % 11 == 5   ? RowStatus::ruined
                                 : id % 13 == 6 ? RowStatus::invalid
                                                : RowStatus::ok);
        for (std::size_t column = 0; column < width; ++column) block.values.push_back(value_of(id, column));
        for (std::size_t k = 0; k < 2 * blocks; ++k) block.block_sums.push_back(value_of(id, width + k));
    }
    return block;
}

inline RowBlock make_block(IdRange range, const RowSchema& schema) {
    return make_block(range, schema.width(), schema.block_returns.size());
}

// The ranges between finished ones, up to `total`, in pieces of at most `size`.
inline std::vector<IdRange> missing_ranges(const std::vector<IdRange>& finished, std::uint64_t total,
                                           std::uint64_t size) {
    std::vector<IdRange> missing;
    std::uint64_t next = 0;
    const auto add_up_to = [&](std::uint64_t end) {
        for (; next < end; next = missing.back().last) missing.push_back({next, std::min(end, next + size)});
    };
    for (const IdRange& range : finished) {
        add_up_to(range.first);
        next = range.last;
    }
    add_up_to(total);
    return missing;
}

// The hash of scenarios 0 … total-1 written without trouble.
inline std::string undisturbed_hash(std::uint64_t total, const RowSchema& schema = small_schema) {
    const TemporaryFolder folder;
    RunStore store = RunStore::create(folder / "run", schema, false);
    store.append(make_block({0, total}, schema));
    return store.hash();
}

inline std::uint64_t rows_in(const IdRange& range) { return make_block(range).rows(); }

// Whether the store holds exactly the rows of its finished ranges, to the last bit.
inline bool holds_exactly_its_ranges(const RunStore& store) {
    std::vector<RowBlock> expected;
    for (const IdRange& range : store.finished_ranges())
        expected.push_back(make_block(range, store.schema()));
    std::size_t block = 0;
    std::size_t row = 0;
    bool same = true;
    const auto skip_ended = [&] {
        for (; block < expected.size() && row == expected[block].rows(); row = 0) ++block;
    };
    store.for_each_row([&](std::uint64_t scenario, RowStatus status, std::span<const double> values) {
        skip_ended();
        same = same && block < expected.size() && expected[block].scenarios[row] == scenario &&
               expected[block].statuses[row] == status;
        for (std::size_t i = 0; same && i < values.size(); ++i)
            same = std::bit_cast<std::uint64_t>(values[i]) ==
                   std::bit_cast<std::uint64_t>(canonical(expected[block].values[row * values.size() + i]));
        ++row;
    });
    skip_ended();
    return same && block == expected.size();
}

// The same of the sums over blocks of returns.
inline bool holds_exactly_the_sums_of_its_ranges(const RunStore& store) {
    std::vector<double> expected;
    std::vector<double> found;
    std::vector<std::uint64_t> expected_scenarios;
    std::vector<std::uint64_t> scenarios;
    for (const IdRange& range : store.finished_ranges()) {
        const RowBlock block = make_block(range, store.schema());
        expected.insert(expected.end(), block.block_sums.begin(), block.block_sums.end());
        expected_scenarios.insert(expected_scenarios.end(), block.scenarios.begin(), block.scenarios.end());
    }
    store.for_each_block_sums([&](std::uint64_t scenario, RowStatus, std::span<const double> sums) {
        scenarios.push_back(scenario);
        found.insert(found.end(), sums.begin(), sums.end());
    });
    return scenarios == expected_scenarios &&
           std::equal(found.begin(), found.end(), expected.begin(), expected.end(), [](double a, double b) {
               return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
           });
}

// The text of the error that `action` throws; `E` says which type is expected.
template <class E>
std::string message_of(const auto& action) {
    try {
        action();
    } catch (const E& error) {
        return error.what();
    } catch (const std::exception& error) {
        return std::string("another error: ") + error.what();
    }
    return "no error";
}

// Runs `action` in a child process and returns its wait status; what it returns is the exit status. 99: it
// threw.
inline pid_t start_child(const auto& action) {
    std::fflush(nullptr); // else the child prints it again
    const pid_t child = ::fork();
    if (child != 0) return child;
    int status = 99;
    try {
        status = action();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "child: %s\n", error.what());
    }
    std::fflush(nullptr);
    ::_exit(status); // without the parent's destructors
}

inline int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

inline int run_in_child(const auto& action) { return wait_for(start_child(action)); }

} // namespace threadx::test
