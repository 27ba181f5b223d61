// Making, opening, sharing and finishing runs.
#include <fstream>
#include <set>
#include <utility>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/file.hpp"
#include "store/run_directory.hpp"
#include "store/sqlite.hpp"
#include "support.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

std::set<std::string> files_in(const std::filesystem::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.insert(entry.path().filename());
    return names;
}

void write_text(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a run is made with the directories above it, and never in a directory that is in use") {
    const TemporaryFolder folder;
    const std::filesystem::path run = folder / "a" / "b" / "run";
    RunStore::create(run, small_schema, false).write_manifest("{}");
    CHECK(contains(message_of<InputError>([&] { RunStore::create(run, small_schema, false); }),
                   fmt::format("'{}' already holds a run", run.string())));

    write_text(folder / "file", "x");
    CHECK(contains(message_of<InputError>([&] { RunStore::create(folder / "file", small_schema, true); }),
                   "is a file"));

    std::filesystem::create_directory(folder / "thesis");
    write_text(folder / "thesis" / "lock", "my own");
    write_text(folder / "thesis" / "manifest.json", "my own");
    for (const bool force : {false, true})
        CHECK(contains(
            message_of<InputError>([&] { RunStore::create(folder / "thesis", small_schema, force); }),
            "is not empty and holds no run"));
    write_text(folder / "thesis" / "rows.sqlite", "not a database, or not ours");
    CHECK_THROWS_AS(RunStore::create(folder / "thesis", small_schema, true), InputError);
    CHECK(files_in(folder / "thesis") == std::set<std::string>{"lock", "manifest.json", "rows.sqlite"});
    CHECK(read_file(folder / "thesis" / "lock") == "my own");
}

TEST_CASE("a run that is reserved has no rows and leaves nothing, until it is made") {
    const TemporaryFolder folder;
    const std::filesystem::path run = folder / "run";
    {
        RunStore store = RunStore::reserve(run, small_schema, false);
        CHECK_FALSE(store.is_made());
        CHECK(contains(message_of<InputError>([&] { RunStore::reserve(run, small_schema, true); }),
                       "is adding rows to the run"));
        CHECK(store.top(10, {"scenario", true}).empty());
        CHECK(store.finished_ranges().empty());
        CHECK_THROWS_AS(store.append(make_block({0, 10})), std::logic_error);
        CHECK(files_in(run) == std::set<std::string>{"lock"});
    }
    CHECK(files_in(run).empty());
    std::filesystem::create_directory(run / "rows.sqlite.new"); // where the database is to be made
    {
        RunStore store = RunStore::reserve(run, small_schema, false);
        CHECK_THROWS_AS(store.make(), IoError);
        CHECK_FALSE(store.is_made());
    }
    CHECK(files_in(run) == std::set<std::string>{"rows.sqlite.new"});
    std::filesystem::remove(run / "rows.sqlite.new");
    RunStore store = RunStore::reserve(run, small_schema, false);
    store.make();
    store.append(make_block({0, 10}));
    CHECK(store.hash() == undisturbed_hash(10));
    CHECK_THROWS_AS(RunStore::reserve(run, small_schema, false), InputError);
}

TEST_CASE("force replaces a run's own files and leaves all others") {
    const TemporaryFolder folder;
    {
        RunStore store = RunStore::create(folder / "run", small_schema, false);
        store.append(make_block({0, 100}));
        store.write_manifest("{\"old\": true}");
        write_text(folder / "run" / "notes.txt", "keep me");
        write_text(folder / "run" / "manifest.json.tmp123", "left by a kill");
        CHECK(contains(message_of<InputError>([&] { RunStore::create(folder / "run", small_schema, true); }),
                       "is adding rows to the run"));
        CHECK(store.row_count() == rows_in({0, 100}));
    }
    RunStore store = RunStore::create(folder / "run", {{"x"}, {"y"}}, true);
    CHECK(store.row_count() == 0);
    CHECK(store.schema().metrics == std::vector<std::string>{"y"});
    CHECK_THROWS_AS(store.read_manifest(), InputError);
    store.finish();
    CHECK(files_in(folder / "run") == std::set<std::string>{"notes.txt", "rows.sqlite"});
}

TEST_CASE("what is left of a kill while a run was made does not block the directory") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "run");
    write_text(folder / "run" / "lock", "4711");
    write_text(folder / "run" / "rows.sqlite.new", "half of a");
    write_text(folder / "run" / "rows.sqlite.new-wal", "data base");
    CHECK_THROWS_AS(RunStore::open_for_append(folder / "run"), InputError);
    RunStore::create(folder / "run", small_schema, false).finish();
    CHECK(files_in(folder / "run") == std::set<std::string>{"rows.sqlite"});
}

TEST_CASE("force does not touch a rows.sqlite that is not ours") {
    const TemporaryFolder folder;
    Database(folder / "rows.sqlite", Database::Mode::create).execute("CREATE TABLE mine(x)");
    CHECK(contains(message_of<InputError>([&] { RunStore::create(folder.path(), small_schema, true); }),
                   "is left as it is"));
    CHECK_THROWS_AS(RunStore::create(folder.path(), small_schema, false), InputError);
    CHECK(
        contains(message_of<InputError>([&] { RunStore::open_for_append(folder.path()); }), "is not a run"));
    CHECK(files_in(folder.path()) == std::set<std::string>{"rows.sqlite"});
}

TEST_CASE("what is no run is not opened") {
    const TemporaryFolder folder;
    for (const auto& open : {RunStore::open_for_append, RunStore::open_for_reading}) {
        CHECK(contains(message_of<InputError>([&] { open(folder / "absent"); }), "there is no run"));
        CHECK(contains(message_of<InputError>([&] { open(folder.path()); }), "it has no rows.sqlite"));
    }
    CHECK(files_in(folder.path()).empty());
}

TEST_CASE("a run of a newer format is refused") {
    const TemporaryFolder folder;
    RunStore::create(folder / "run", small_schema, false).finish();
    {
        Database database(rows_file(folder / "run"), Database::Mode::write);
        database.execute("UPDATE meta SET value = 2 WHERE key = 'format_version'");
    }
    for (const auto& open : {RunStore::open_for_append, RunStore::open_for_reading})
        CHECK(contains(message_of<InputError>([&] { open(folder / "run"); }), "made by a newer ThreadX"));
}

TEST_CASE("two cannot add rows to one run, but one can while others read") {
    const TemporaryFolder folder;
    RunStore writer = RunStore::create(folder / "run", small_schema, false);
    const RunStore reader = RunStore::open_for_reading(folder / "run");
    CHECK(reader.row_count() == 0);
    const std::string refusal = message_of<InputError>([&] { RunStore::open_for_append(folder / "run"); });
    CHECK(contains(refusal, fmt::format("another process (process {}) is adding rows to the run '{}'",
                                        ::getpid(), (folder / "run").string())));
    CHECK(run_in_child([&] {
              return message_of<InputError>([&] { RunStore::open_for_append(folder / "run"); }) == refusal
                         ? 0
                         : 1;
          }) == 0);

    writer.append(make_block({0, 50}));
    CHECK(reader.row_count() == rows_in({0, 50}));
    std::uint64_t seen = 0;
    reader.for_each_row(
        [&](std::uint64_t, RowStatus, std::span<const double>) { // appends in the middle of reading
            if (seen++ % 8 == 0) writer.append(make_block({100 * seen, 100 * seen + 10}));
        });
    CHECK(seen == rows_in({0, 50})); // the rows at the start
    CHECK(reader.hash() == writer.hash());

    writer.finish(); // lets go of the run, although a reader has it open
    RunStore next = RunStore::open_for_append(folder / "run");
    next.append(make_block({50, 60}));
    CHECK(next.finished_ranges().front() == IdRange{0, 60});
    CHECK(reader.finished_ranges().front() == IdRange{0, 60});
}

TEST_CASE("finish leaves the manifest and one file of rows, and the run can be resumed") {
    const TemporaryFolder folder;
    {
        RunStore store = RunStore::create(folder / "run", small_schema, false);
        store.append(make_block({0, 1000}));
        store.write_manifest("{\"a\": 1}");
        store.write_manifest("{\"a\": 2}");
        store.finish();
        store.finish();
        CHECK(files_in(folder / "run") == std::set<std::string>{"manifest.json", "rows.sqlite"});
        CHECK(store.read_manifest() == "{\"a\": 2}");
        CHECK(store.row_count() == rows_in({0, 1000}));
        CHECK_THROWS_AS(store.append(make_block({1000, 1001})), std::logic_error);
    }
    RunStore store = RunStore::open_for_append(folder / "run");
    store.append(make_block({1000, 1200}));
    store.finish();
    CHECK(store.hash() == undisturbed_hash(1200));
    CHECK(files_in(folder / "run") == std::set<std::string>{"manifest.json", "rows.sqlite"});
}

TEST_CASE("finish gives up waiting for a reader and loses nothing") {
    const TemporaryFolder folder;
    RunStore store = RunStore::create(folder / "run", small_schema, false);
    store.append(make_block({0, 100}));
    const RunStore reader = RunStore::open_for_reading(folder / "run");
    bool first = true;
    reader.for_each_row([&](auto...) {
        if (std::exchange(first, false)) store.finish();
    });
    CHECK(store.hash() == undisturbed_hash(100));
    CHECK(RunStore::open_for_append(folder / "run").hash() == undisturbed_hash(100));
}
