#include <atomic>
#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "store/row_writer.hpp"
#include "store/run_directory.hpp"
#include "store/sqlite.hpp"
#include "support.hpp"

using namespace threadx;
using namespace threadx::test;

TEST_CASE("blocks from many threads are all written, whatever the length of the queue") {
    constexpr std::uint64_t total = 6000;
    const std::string expected = undisturbed_hash(total);
    for (const std::size_t queued : {0, 1, 3, 1000}) {
        const TemporaryFolder folder;
        RunStore store = RunStore::create(folder / "run", small_schema, false);
        RowWriter writer(store, queued);
        std::atomic<std::uint64_t> next = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (std::uint64_t first; (first = next.fetch_add(50)) < total;)
                    writer.push(make_block({first, first + 50}));
            });
        for (std::thread& thread : threads) thread.join();
        writer.close();
        writer.close();
        CHECK(store.hash() == expected);
        CHECK_THROWS_AS(writer.push(make_block({total, total + 1})), std::logic_error);
    }
}

TEST_CASE("a writer that goes away without close writes what it was given") {
    const TemporaryFolder folder;
    RunStore store = RunStore::create(folder / "run", small_schema, false);
    {
        RowWriter writer(store, 100);
        for (std::uint64_t first = 0; first < 1000; first += 100)
            writer.push(make_block({first, first + 100}));
    }
    CHECK(store.hash() == undisturbed_hash(1000));
}

TEST_CASE("push waits while the queue is full") {
    const TemporaryFolder folder;
    RunStore store = RunStore::create(folder / "run", small_schema, false);
    Database other(rows_file(folder / "run"), Database::Mode::write);
    std::atomic<int> pushed = 0;
    {
        const Transaction obstacle(other); // no append can end before this does
        RowWriter writer(store, 2);
        std::thread producer([&] {
            for (std::uint64_t id = 0; id < 10; ++id, ++pushed) writer.push(make_block({id, id + 1}));
        });
        while (pushed < 3) std::this_thread::yield(); // one or two are being written, two wait
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        CHECK(pushed <= 4);
        other.execute("ROLLBACK");
        producer.join();
        writer.close();
    }
    CHECK(pushed == 10);
    CHECK(store.finished_ranges() == std::vector<IdRange>{{0, 10}});
}

TEST_CASE("what is to be done first is done before any block is written, and without one too") {
    const TemporaryFolder folder;
    for (const std::uint64_t blocks : {0, 1, 20}) {
        RunStore store = RunStore::reserve(folder / std::to_string(blocks), small_schema, false);
        std::atomic<bool> waiting = true;
        RowWriter writer(store, 100, [&] {
            while (waiting) std::this_thread::yield();
            store.make();
        });
        for (std::uint64_t first = 0; first < blocks; ++first) writer.push(make_block({first, first + 1}));
        waiting = false;
        writer.close();
        REQUIRE(store.is_made());
        if (blocks == 0)
            CHECK(store.row_count() == 0);
        else
            CHECK(store.hash() == undisturbed_hash(blocks));
    }
}

TEST_CASE("where what is to be done first fails, every push and close throws that and nothing is written") {
    const TemporaryFolder folder;
    RunStore store = RunStore::create(folder / "run", small_schema, false);
    RowWriter writer(store, 2, [] { throw IoError("no room"); });
    const auto push_on = [&] {
        for (std::uint64_t id = 0;; ++id) writer.push(make_block({id, id + 1}));
    };
    CHECK(message_of<IoError>(push_on) == "no room");
    CHECK(message_of<IoError>(push_on) == "no room");
    CHECK(message_of<IoError>([&] { writer.close(); }) == "no room");
    CHECK(store.row_count() == 0);
}

TEST_CASE("after a failed append every push and close throws what it threw, and what was committed is safe") {
    const TemporaryFolder folder;
    RunStore store = RunStore::create(folder / "run", small_schema, false);
    store.append(make_block({0, 1000}));
    {
        RowWriter writer(store, 2);
        std::atomic<int> refused = 0;
        std::vector<std::thread> threads;
        for (std::uint64_t i = 0; i < 4; ++i)
            threads.emplace_back([&, i] {
                try {
                    for (;;) writer.push(make_block({100 * i, 100 * i + 10})); // finished already
                } catch (const InputError&) {
                    ++refused;
                }
            });
        for (std::thread& thread : threads) thread.join(); // none hangs
        CHECK(refused == 4);
        CHECK_THROWS_AS(writer.push(make_block({2000, 2001})), InputError);
        CHECK_THROWS_AS(writer.close(), InputError);
        CHECK_THROWS_AS(writer.close(), InputError);
    }
    CHECK(store.hash() == undisturbed_hash(1000));
    store.append(make_block({1000, 1100}));
    CHECK(store.hash() == undisturbed_hash(1100));
}
