// Disks that are full, directories that are read-only, files that are damaged.
#include <csignal>
#include <fstream>
#include <iostream>
#include <optional>

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/file.hpp"
#include "store/row_writer.hpp"
#include "store/run_directory.hpp"
#include "store/sqlite.hpp"
#include "support.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t total = 60000;

std::string full_text(const fs::path& run) {
    return fmt::format(
        "the disk is full while writing '{0}/rows.sqlite'; finished batches are safe: free some space, "
        "then go on with `threadx resume {0}`",
        run.string());
}

// Appends blocks until the store throws; what it threw.
std::string append_until_full(RunStore& store) {
    return message_of<IoError>([&] {
        for (const IdRange& range : missing_ranges(store.finished_ranges(), total, 300))
            store.append(make_block(range));
    });
}

void append_missing(RunStore& store) {
    for (const IdRange& range : missing_ranges(store.finished_ranges(), total, 300))
        store.append(make_block(range));
}

// No file of this process may grow beyond `bytes` from now on: a stand-in for a full disk that needs no
// rights.
void limit_file_size(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
}

// Gives up root's right to write everywhere. False if that is not possible.
bool become_unprivileged() { return ::geteuid() != 0 || (::setgid(65534) == 0 && ::setuid(65534) == 0); }

} // namespace

TEST_CASE(
    "when files cannot grow, the error says what to do, finished blocks stay, and the run can be resumed") {
    for (const rlim_t limit : {200'000, 1'000'000}) {
        const TemporaryFolder folder;
        const fs::path run = folder / "run";
        RunStore::create(run, small_schema, false);
        const int status = run_in_child([&] {
            RunStore store = RunStore::open_for_append(run);
            limit_file_size(limit);
            const std::string first = append_until_full(store);
            const std::string again = append_until_full(store);
            std::ofstream(folder / "messages") << first << "\n" << again << "\n";
            return holds_exactly_its_ranges(store) && store.row_count() > 0 ? 0 : 1;
        });
        CHECK(status == 0);
        CHECK(read_file(folder / "messages") == fmt::format("{0}\n{0}\n", full_text(run)));
        {
            const RunStore store = RunStore::open_for_reading(run);
            CHECK(store.row_count() > 0);
            CHECK(holds_exactly_its_ranges(store));
        }
        RunStore store = RunStore::open_for_append(run);
        append_missing(store);
        store.finish();
        CHECK(store.hash() == undisturbed_hash(total));
    }
}

TEST_CASE("when files cannot grow, a writer's push and close throw instead of waiting for ever") {
    const TemporaryFolder folder;
    const fs::path run = folder / "run";
    RunStore::create(run, small_schema, false);
    const int status = run_in_child([&] {
        RunStore store = RunStore::open_for_append(run);
        limit_file_size(400'000);
        RowWriter writer(store, 2);
        const std::string pushed = message_of<IoError>([&] {
            for (std::uint64_t first = 0;; first += 300) writer.push(make_block({first, first + 300}));
        });
        const std::string closed = message_of<IoError>([&] { writer.close(); });
        std::ofstream(folder / "messages") << pushed << "\n" << closed << "\n";
        return holds_exactly_its_ranges(store) ? 0 : 1;
    });
    CHECK(status == 0);
    CHECK(read_file(folder / "messages") == fmt::format("{0}\n{0}\n", full_text(run)));
}

TEST_CASE("when files cannot grow, making a run fails and leaves nothing") {
    const TemporaryFolder folder;
    run_in_child([&] {
        limit_file_size(10'000);
        const std::string message =
            message_of<IoError>([&] { RunStore::create(folder / "run", small_schema, false); });
        std::ofstream(folder / "messages") << message;
        return 0;
    });
    CHECK(
        read_file(folder / "messages") ==
        fmt::format("the disk is full while writing '{}/rows.sqlite.new'; free some space, then start again",
                    (folder / "run").string()));
    CHECK(fs::is_empty(folder / "run"));
}

TEST_CASE("on a disk that is really full a run stops, and goes on once there is room") {
    const TemporaryFolder folder;
    const fs::path disk = folder / "disk";
    fs::create_directory(disk);
    constexpr int no_disk = 77;
    const int status = run_in_child([&] {
        // A file system of 3 MiB that only this process sees, and that goes away with it.
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("none", disk.c_str(), "tmpfs", 0, "size=3m") != 0)
            return no_disk;
        std::ofstream(disk / "ballast") << std::string(2 << 20, 'x');
        std::ofstream messages(folder / "messages");
        {
            RunStore store = RunStore::create(disk / "run", small_schema, false);
            messages << append_until_full(store) << "\n" << append_until_full(store) << "\n";
            if (!holds_exactly_its_ranges(store) || store.row_count() == 0) return 1;
        }
        fs::remove(disk / "ballast");
        ::mount("none", disk.c_str(), nullptr, MS_REMOUNT, "size=64m");
        RunStore store = RunStore::open_for_append(disk / "run");
        append_missing(store);
        store.finish();
        messages << store.hash() << "\n";
        return 0;
    });
    if (status == no_disk) {
        std::cout << "skipped: a disk that is really full, because this user may not mount a file system\n";
        return;
    }
    CHECK(status == 0);
    CHECK(read_file(folder / "messages") ==
          fmt::format("{0}\n{0}\n{1}\n", full_text(disk / "run"), undisturbed_hash(total)));
}

TEST_CASE("a run in a read-only directory can be read, and refuses rows with the reason") {
    const TemporaryFolder folder;
    fs::permissions(folder.path(), fs::perms(0755));
    const fs::path finished = folder / "finished";
    const fs::path interrupted = folder / "interrupted"; // ended without finish()
    const fs::path killed = folder / "killed";
    for (const fs::path& run : {finished, interrupted, killed}) RunStore::create(run, small_schema, false);
    {
        RunStore store = RunStore::open_for_append(finished);
        store.append(make_block({0, 500}));
        store.finish();
        RunStore::open_for_append(interrupted).append(make_block({0, 500}));
    }
    CHECK(run_in_child([&] {
              RunStore store = RunStore::open_for_append(killed);
              store.append(make_block({0, 500}));
              ::raise(SIGKILL);
              return 0;
          }) == 128 + SIGKILL);
    REQUIRE(fs::exists(killed / "rows.sqlite-wal"));
    for (const fs::path& run : {finished, interrupted, killed}) fs::permissions(run, fs::perms(0555));

    const std::string expected = undisturbed_hash(500);
    constexpr int still_privileged = 77;
    const std::string report_name = folder / "report";
    { std::ofstream(report_name).put('\n'); }
    fs::permissions(report_name, fs::perms(0666));
    const int status = run_in_child([&] {
        if (!become_unprivileged() || ::access(folder.path().c_str(), R_OK | X_OK) != 0)
            return still_privileged;
        std::ofstream report(report_name);
        for (const fs::path& run : {finished, interrupted, killed}) {
            report << message_of<Error>([&] {
                if (RunStore::open_for_reading(run).hash() != expected) throw Error("another hash");
            }) << "\n";
            report << message_of<IoError>([&] { RunStore::open_for_append(run); }) << "\n";
        }
        report << message_of<IoError>([&] { RunStore::create(finished / "inner", small_schema, false); })
               << "\n";
        return 0;
    });
    for (const fs::path& run : {finished, interrupted, killed}) fs::permissions(run, fs::perms(0755));
    if (status == still_privileged) {
        std::cout << "skipped: a read-only directory, because no permissions bind this user\n";
        return;
    }
    CHECK(status == 0);
    std::string wanted;
    for (const fs::path& run : {finished, interrupted, killed}) {
        wanted += fmt::format("no error\ncannot write in the directory '{}': Permission denied; allow "
                              "writing, or choose another directory\n",
                              run.string());
    }
    wanted +=
        fmt::format("cannot make the directory '{}': Permission denied\n", (finished / "inner").string());
    CHECK(read_file(report_name) == wanted);
}

TEST_CASE("a damaged file is called damaged") {
    const auto damaged = [&](const auto& damage) {
        const TemporaryFolder folder;
        const fs::path run = folder / "run";
        RunStore store = RunStore::create(run, small_schema, false);
        store.append(make_block({0, 5000}));
        store.finish();
        damage(rows_file(run));
        const std::string message = message_of<IoError>([&] { RunStore::open_for_reading(run).hash(); });
        CAPTURE(message);
        CHECK(message.find(fmt::format("'{}' is damaged", rows_file(run).string())) == 0);
        CHECK(message.find("restore it from a copy, or make the run again") != std::string::npos);
    };
    const auto overwrite = [](const fs::path& file, std::uintmax_t at, std::size_t bytes) {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(static_cast<std::streamoff>(at));
        stream << std::string(bytes, 'g');
    };
    damaged([](const fs::path& file) { fs::resize_file(file, fs::file_size(file) / 2); });
    damaged([](const fs::path& file) { fs::resize_file(file, 1000); });
    damaged([&](const fs::path& file) { overwrite(file, fs::file_size(file) / 2, 40000); });
    damaged([](const fs::path& file) { // rows are missing, and SQLite has nothing to complain about
        Database(file, Database::Mode::write).execute("DELETE FROM rows WHERE scenario = 2");
    });
    damaged([&](const fs::path& file) {
        overwrite(file, 0, 30);
        // The directory does not look like a run any more, so force does not touch it.
        CHECK_THROWS_AS(RunStore::create(file.parent_path(), small_schema, true), InputError);
    });
}
