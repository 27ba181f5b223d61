#include <bit>
#include <cmath>
#include <optional>
#include <random>
#include <utility>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include "base/sha256.hpp"
#include "store/best_rows.hpp"
#include "store/row_columns.hpp"
#include "store/row_hash.hpp"
#include "store/run_directory.hpp"
#include "store/sqlite.hpp"
#include "support.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

std::uint64_t bits_of(double value) { return std::bit_cast<std::uint64_t>(value); }

// Doubles of every kind, NaN with payloads and denormals among them.
rc::Gen<double> any_double() {
    const double infinity = std::numeric_limits<double>::infinity();
    return rc::gen::oneOf(
        rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                     [](std::uint64_t bits) { return std::bit_cast<double>(bits * 0x9e3779b97f4a7c15u); }),
        rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                     [](std::uint64_t bits) { return std::bit_cast<double>(bits >> 12); }),
        rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t n) { return double(n); }),
        rc::gen::element(0.0, -0.0, infinity, -infinity, std::nan(""), -std::nan("7"), 0x1p53, -0x1p63,
                         std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()));
}

// One row with the given values.
RowBlock one_row(std::uint64_t scenario, std::vector<double> values, RowStatus status = RowStatus::ok) {
    return {{scenario, scenario + 1}, {scenario}, {status}, std::move(values)};
}

std::vector<std::uint64_t> scenarios_of(const std::vector<Row>& rows) {
    std::vector<std::uint64_t> scenarios;
    for (const Row& row : rows) scenarios.push_back(row.scenario);
    return scenarios;
}

} // namespace

TEST_CASE("a canonical value has one NaN and no negative zero, and is else unchanged") {
    CHECK(rc::check("canonical", [] {
        const double value = *any_double();
        if (std::isnan(value))
            RC_ASSERT(bits_of(canonical(value)) == 0x7ff8000000000000u);
        else if (value == 0.0)
            RC_ASSERT(bits_of(canonical(value)) == 0u);
        else
            RC_ASSERT(bits_of(canonical(value)) == bits_of(value));
    }));
    CHECK(status_name(RowStatus::ruined) == "ruined");
}

TEST_CASE("every value comes back with its canonical bits, after the run is closed and opened too") {
    CHECK(rc::check("round trip", [] {
        const TemporaryFolder folder;
        const std::size_t rows = *rc::gen::inRange<std::size_t>(0, 40);
        const auto values = *rc::gen::container<std::vector<double>>(rows * 5, any_double());
        RowBlock block{{10, 10 + 2 * rows + 1}, {}, {}, values};
        for (std::size_t i = 0; i < rows; ++i) {
            block.scenarios.push_back(10 + 2 * i);
            block.statuses.push_back(static_cast<RowStatus>(i % 3));
        }
        {
            RunStore store = RunStore::create(folder / "run", small_schema, false);
            store.append(block);
            if (*rc::gen::arbitrary<bool>()) store.finish();
        }
        const RunStore store = RunStore::open_for_reading(folder / "run");
        RC_ASSERT(store.schema().parameters == small_schema.parameters);
        RC_ASSERT(store.schema().metrics == small_schema.metrics);
        RC_ASSERT(store.row_count() == rows);
        std::size_t row = 0;
        store.for_each_row([&](std::uint64_t scenario, RowStatus status, std::span<const double> read) {
            RC_ASSERT(scenario == block.scenarios[row]);
            RC_ASSERT(status == block.statuses[row]);
            RC_ASSERT(read.size() == 5u);
            for (std::size_t i = 0; i < 5; ++i)
                RC_ASSERT(bits_of(read[i]) == bits_of(canonical(values[row * 5 + i])));
            ++row;
        });
        RC_ASSERT(row == rows);
    }));
}

TEST_CASE("one row is found by its id, and an id without a row is not") {
    const TemporaryFolder folder;
    RunStore store = RunStore::create(folder / "run", small_schema, false);
    store.append(make_block({0, 100}));
    REQUIRE(store.row(6));
    CHECK(store.row(6)->status == RowStatus::invalid);
    CHECK(bits_of(store.row(6)->values[4]) == bits_of(canonical(value_of(6, 4))));
    CHECK_FALSE(store.row(3)); // make_block leaves it out
    CHECK_FALSE(store.row(100));
    CHECK_FALSE(store.row(std::uint64_t(-1)));
}

TEST_CASE("the hash depends neither on the sizes of the blocks nor on their order") {
    constexpr std::uint64_t total = 600;
    const std::string expected = undisturbed_hash(total);
    CHECK(rc::check("hash of shuffled blocks", [&] {
        std::vector<IdRange> ranges;
        for (std::uint64_t first = 0; first < total; first = ranges.back().last)
            ranges.push_back({first, std::min(total, first + *rc::gen::inRange<std::uint64_t>(1, 200))});
        std::shuffle(ranges.begin(), ranges.end(), std::mt19937(*rc::gen::arbitrary<unsigned>()));
        const TemporaryFolder folder;
        RunStore store = RunStore::create(folder / "run", small_schema, false);
        std::vector<RowBlock> together;
        for (const IdRange& range : ranges) {
            together.push_back(make_block(range));
            if (*rc::gen::arbitrary<bool>()) store.append(std::exchange(together, {}));
        }
        store.append(together);
        RC_ASSERT(store.finished_ranges() == (std::vector<IdRange>{{0, total}}));
        RC_ASSERT(store.hash() == expected);
    }));
}

TEST_CASE("the hash changes with any bit of any value, with the status, the id and the names") {
    CHECK(rc::check("one bit", [] {
        std::vector<double> values = *rc::gen::container<std::vector<double>>(5, any_double());
        const auto hash = [](const std::vector<double>& row, RowStatus status = RowStatus::ok,
                             std::uint64_t id = 4) {
            RowHash made(small_schema);
            made.add(id, status, row);
            return made.hex_digest();
        };
        const std::string before = hash(values);
        RC_ASSERT(hash(values, RowStatus::invalid) != before);
        RC_ASSERT(hash(values, RowStatus::ok, 5) != before);
        double& value = values[*rc::gen::inRange<std::size_t>(0, 5)];
        const double old = value;
        value = std::bit_cast<double>(bits_of(old) ^ std::uint64_t{1} << *rc::gen::inRange(0, 64));
        const bool same = bits_of(canonical(value)) == bits_of(canonical(old)); // two NaN or two zeros
        RC_ASSERT((hash(values) == before) == same);
    }));
    CHECK(RowHash({{"a"}, {"b"}}).hex_digest() != RowHash({{"a"}, {"c"}}).hex_digest());
}

TEST_CASE("the hash is SHA-256 of the bytes that the documentation promises") {
    const TemporaryFolder folder;
    RunStore store = RunStore::create(folder / "run", {{"n"}, {"m", "trades"}}, false);
    store.append(one_row(258, {1.0, -0.0, -std::nan("")}, RowStatus::invalid));
    store.append(one_row(7, {-2.5, std::numeric_limits<double>::infinity(), 3.0}, RowStatus::ruined));
    const std::string bytes("threadx-rows-1\nn,m,trades\n"
                            "\x07\0\0\0\0\0\0\0"
                            "\x01"
                            "\0\0\0\0\0\0\x04\xc0"
                            "\0\0\0\0\0\0\xf0\x7f"
                            "\0\0\0\0\0\0\x08\x40"
                            "\x02\x01\0\0\0\0\0\0"
                            "\x02"
                            "\0\0\0\0\0\0\xf0\x3f"
                            "\0\0\0\0\0\0\0\0"
                            "\0\0\0\0\0\0\xf8\x7f",
                            26 + 2 * (8 + 1 + 3 * 8));
    CHECK(store.hash() == sha256_hex(bytes));
    // The same bytes packed and hashed with Python's struct and hashlib.
    CHECK(store.hash() == "8efa26bf838debc4b736a87e1b99e6c6d4e5dec5342d1831f932f394e2ae86c6");
}

TEST_CASE("top orders by value and id, undefined values behind, invalid scenarios last") {
    const TemporaryFolder folder;
    const double nan = std::nan("");
    const double infinity = std::numeric_limits<double>::infinity();
    RunStore store = RunStore::create(folder / "run", {{"n"}, {"sharpe"}}, false);
    const std::vector<double> sharpe = {1.0, 2.0, nan, 2.0, -infinity, infinity, 9.0, nan, 1.0};
    for (std::size_t id : {8, 7, 6, 5, 4, 3, 2, 1, 0})
        store.append(one_row(id, {double(id), sharpe[id]}, id == 6 ? RowStatus::invalid : RowStatus::ok));
    CHECK(scenarios_of(store.top(100, {"sharpe"})) == std::vector<std::uint64_t>{5, 1, 3, 0, 8, 4, 2, 7, 6});
    CHECK(scenarios_of(store.top(100, {"sharpe", false})) ==
          std::vector<std::uint64_t>{4, 0, 8, 1, 3, 5, 2, 7, 6});
    CHECK(scenarios_of(store.top(3, {"sharpe"})) == std::vector<std::uint64_t>{5, 1, 3});
    CHECK(scenarios_of(store.top(2, {"scenario"})) == std::vector<std::uint64_t>{8, 7});
    CHECK(store.top(0, {"sharpe"}).empty());
    CHECK(store.top(1, {"sharpe"})[0].values == std::vector<double>{5.0, infinity});
    CHECK(message_of<InputError>([&] { store.top(1, {"sharp"}); }) ==
          "the run has no column 'sharp' (did you mean 'sharpe'?)");
}

TEST_CASE("top agrees with a plain sort, and so do the best rows of a run that goes on") {
    CHECK(rc::check("top", [] {
        const TemporaryFolder folder;
        RunStore store = RunStore::create(folder / "run", small_schema, false);
        const std::size_t rows = *rc::gen::inRange<std::size_t>(1, 60);
        const bool descending = *rc::gen::arbitrary<bool>();
        const std::size_t wanted = *rc::gen::inRange<std::size_t>(0, rows + 1);
        const std::size_t stored = *rc::gen::inRange<std::size_t>(0, rows);
        std::vector<Row> all;
        std::optional<BestRows> best;
        for (std::size_t id = 0; id < rows; ++id) {
            if (id == stored) best.emplace(store, wanted, RunStore::Order{"trades", descending});
            const double value = *rc::gen::element(1.0, 2.0, -3.5, 0.0, std::nan(""));
            const RowStatus status = *rc::gen::element(RowStatus::ok, RowStatus::ruined, RowStatus::invalid);
            all.push_back({id, status, {0, 0, 0, value, 0}});
            store.append(one_row(id, all.back().values, status));
            if (best) best->add(one_row(id, all.back().values, status));
        }
        std::sort(all.begin(), all.end(), [&](const Row& a, const Row& b) {
            const auto key = [&](const Row& row) {
                const double value = row.values[3];
                return std::tuple(row.status == RowStatus::invalid, std::isnan(value),
                                  std::isnan(value) ? 0.0
                                  : descending      ? -value
                                                    : value,
                                  row.scenario);
            };
            return key(a) < key(b);
        });
        all.resize(wanted);
        RC_ASSERT(scenarios_of(store.top(wanted, {"trades", descending})) == scenarios_of(all));
        RC_ASSERT(scenarios_of(best->rows()) == scenarios_of(all));
        for (std::size_t i = 0; i < wanted; ++i) {
            RC_ASSERT(best->rows()[i].status == all[i].status);
            RC_ASSERT(bits_of(best->rows()[i].values[3]) == bits_of(canonical(all[i].values[3])));
        }
    }));
}

TEST_CASE("names that SQLite cannot tell apart get columns of their own, and keep their true names") {
    const RowSchema schema{{"Sharpe", "n", "N", "STATUS", "param_n", "order"},
                           {"sharpe", "scenario", "param_Sharpe"}};
    CHECK(column_names(schema) == std::vector<std::string>{"param_Sharpe", "n", "N_2", "param_STATUS",
                                                           "param_n", "order", "sharpe", "metric_scenario",
                                                           "param_Sharpe_2"});
    const TemporaryFolder folder;
    {
        RunStore store = RunStore::create(folder / "run", schema, false);
        store.append(one_row(0, {0, 1, 2, 3, 4, 5, 6, 7, 8}));
        store.append(one_row(1, {8, 7, 6, 5, 4, 3, 2, 1, 0}));
    }
    const RunStore store = RunStore::open_for_reading(folder / "run");
    CHECK(store.schema().parameters == schema.parameters);
    CHECK(store.schema().metrics == schema.metrics);
    CHECK(store.top(1, {"Sharpe"})[0].scenario == 1);
    CHECK(store.top(1, {"sharpe"})[0].scenario == 0);
    CHECK(store.top(1, {"STATUS"})[0].scenario == 1);
    CHECK(store.top(1, {"order"})[0].scenario == 0);
    const Database database(rows_file(folder / "run"), Database::Mode::read);
    Statement query(database, "SELECT \"N_2\", \"order\" FROM rows WHERE scenario=0");
    REQUIRE(query.step());
    CHECK(query.real(0) == 2.0);
    CHECK(query.real(1) == 5.0);
}

TEST_CASE("names that a schema line or a header cannot hold are refused") {
    const TemporaryFolder folder;
    for (const char* name : {"", "a,b", "a\nb", "a\"b"})
        CHECK_THROWS_AS(RunStore::create(folder / "run", {{name}, {}}, false), InputError);
    CHECK(message_of<InputError>([&] {
              RunStore::create(folder / "run", {{}, {"a", "a"}}, false);
          }) == "there are two metrics called 'a'; rename one");
    CHECK_FALSE(std::filesystem::exists(folder / "run"));
}

TEST_CASE("finished ranges are merged, and a range that overlaps one is refused without a trace") {
    const TemporaryFolder folder;
    RunStore store = RunStore::create(folder / "run", small_schema, false);
    store.append(make_block({100, 200}));
    store.append(make_block({300, 310}));
    store.append(make_block({200, 250}));
    const std::vector<IdRange> finished = {{100, 250}, {300, 310}};
    CHECK(store.finished_ranges() == finished);
    const std::string hash = store.hash();
    const std::vector<IdRange> overlapping = {{0, 101},   {100, 200}, {150, 160},
                                              {249, 251}, {0, 1000},  {309, 311}};
    for (const IdRange& range : overlapping) CHECK_THROWS_AS(store.append(make_block(range)), InputError);
    CHECK(message_of<InputError>([&] {
              store.append(make_block({240, 260}));
          }) ==
          fmt::format("scenarios 240 to 259 cannot be added to the run '{}': 200 to 249 are finished already",
                      (folder / "run").string()));
    const std::vector<RowBlock> good_and_bad = {make_block({500, 600}), make_block({599, 700})};
    CHECK_THROWS_AS(store.append(good_and_bad), InputError);
    CHECK(store.finished_ranges() == finished);
    CHECK(store.hash() == hash);
    store.append(make_block({250, 300})); // and the store goes on
    CHECK(store.finished_ranges() == std::vector<IdRange>{{100, 310}});
    CHECK(store.row_count() == rows_in({100, 310}));
}

TEST_CASE("sums over blocks of returns come back by ascending id, whatever the order of the ranges, or the "
          "damage is said") {
    const TemporaryFolder folder;
    const std::filesystem::path run = folder / "run";
    RunStore store = RunStore::create(run, schema_with_blocks, false);
    const std::vector<RowBlock> together = {make_block({50, 60}, schema_with_blocks),
                                            make_block({3, 4}, schema_with_blocks), // no row: 3 is excluded
                                            make_block({10, 20}, schema_with_blocks)};
    store.append(together);
    store.append(make_block({20, 50}, schema_with_blocks));
    CHECK(holds_exactly_the_sums_of_its_ranges(store));
    store.finish();
    const RunStore again = RunStore::open_for_reading(run);
    CHECK(again.schema().block_returns == schema_with_blocks.block_returns);
    CHECK(holds_exactly_the_sums_of_its_ranges(again));
    CHECK(again.hash() == [&] {
        RunStore without = RunStore::create(folder / "without", small_schema, false);
        without.append(make_block({10, 60}));
        CHECK(without.schema().block_returns.empty());
        without.for_each_block_sums([](auto...) { FAIL("there are none"); });
        return without.hash();
    }());
    Database(rows_file(run), Database::Mode::write).execute("DELETE FROM block_sums WHERE first = 20");
    CHECK(message_of<IoError>([&] { again.for_each_block_sums([](auto...) {}); }).find("damaged") !=
          std::string::npos);
}

TEST_CASE("a malformed block is our own mistake") {
    const TemporaryFolder folder;
    RunStore store = RunStore::create(folder / "run", small_schema, false);
    const auto refused = [&](auto change) {
        RowBlock block = make_block({0, 10});
        change(block);
        CHECK_THROWS_AS(store.append(block), std::logic_error);
    };
    refused([](RowBlock& block) { block.range.last = 9; });
    refused([](RowBlock& block) { block.range = {5, 5}; });
    refused([](RowBlock& block) { block.values.pop_back(); });
    refused([](RowBlock& block) { block.statuses.pop_back(); });
    refused([](RowBlock& block) { block.block_sums.resize(2 * block.rows()); });
    refused([](RowBlock& block) { std::swap(block.scenarios[0], block.scenarios[1]); });
    refused([](RowBlock& block) { block.range.last = std::uint64_t(1) << 63; });
    CHECK(store.row_count() == 0);
    store.append(RowBlock{{0, 10}, {}, {}, {}}); // no rows at all: every point is excluded
    CHECK(store.finished_ranges() == std::vector<IdRange>{{0, 10}});
    CHECK_THROWS_AS(RunStore::open_for_reading(folder / "run").append(make_block({10, 20})),
                    std::logic_error);
}
