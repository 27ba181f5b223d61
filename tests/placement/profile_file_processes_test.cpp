// Several processes at one file of profiles: no update is lost, no reader sees a part, and whoever is killed
// leaves a whole file and a free lock.
#include <atomic>
#include <csignal>
#include <random>
#include <thread>

#include <sys/mman.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/temporary_folder.hpp"
#include "placement/profile_file.hpp"
#include "processes.hpp"
#include "profile_cases.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

using Warnings = std::vector<std::string>;

constexpr std::uint64_t updates = 1000; // of each process

// A number that parent and children see.
class SharedCount {
  public:
    SharedCount()
        : count_(new (::mmap(nullptr, sizeof(std::atomic<std::uint64_t>), PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0)) std::atomic<std::uint64_t>(0)) {}
    ~SharedCount() { ::munmap(count_, sizeof *count_); }
    SharedCount(const SharedCount&) = delete;
    SharedCount& operator=(const SharedCount&) = delete;
    std::atomic<std::uint64_t>& operator*() { return *count_; }

  private:
    std::atomic<std::uint64_t>* count_;
};

Observation observation_of(const std::string& tag) { return {key_of(tag), "made up", 1000.0, 1.0}; }

std::uint64_t count_of(const Profiles& profiles, const std::string& tag) {
    const auto at = profiles.entries.find({key_of(tag), 9});
    return at == profiles.entries.end() ? 0 : at->second.rate.state().count;
}

// Adds to an entry of its own and to one that all share.
int add_many(const ProfileFile& file, const std::string& tag) {
    for (std::uint64_t i = 0; i < updates; ++i) {
        Warnings warnings;
        const Observation both[] = {observation_of(tag), observation_of("sim/shared")};
        file.add(both, warnings);
        if (!warnings.empty()) return 1;
    }
    return 0;
}

} // namespace

TEST_CASE("two processes that update one file 1,000 times each lose no update, and a third reads it whole") {
    const TemporaryFolder folder;
    const ProfileFile file(folder.path());
    SharedCount stop, reads;
    const pid_t first = start_child([&] { return add_many(file, "sim/first"); });
    const pid_t second = start_child([&] { return add_many(file, "sim/second"); });
    const pid_t reader = start_child([&] {
        std::uint64_t seen = 0;
        while ((*stop).load() == 0) {
            Warnings warnings;
            const Profiles profiles = file.read(warnings);
            const std::uint64_t shared = count_of(profiles, "sim/shared");
            if (!warnings.empty()) return 1;
            if (shared < seen) return 2; // an older state
            if (count_of(profiles, "sim/first") + count_of(profiles, "sim/second") != shared) return 3;
            seen = shared;
            ++*reads;
        }
        return 0;
    });
    CHECK(wait_for(first) == 0);
    CHECK(wait_for(second) == 0);
    *stop = 1;
    CHECK(wait_for(reader) == 0);
    Warnings warnings;
    const Profiles profiles = file.read(warnings);
    CHECK(warnings.empty());
    CHECK(count_of(profiles, "sim/first") == updates);
    CHECK(count_of(profiles, "sim/second") == updates);
    CHECK(count_of(profiles, "sim/shared") == 2 * updates);
    CHECK((*reads).load() > 100);
}

TEST_CASE("threads of one process that share a ProfileFile lose no update either") {
    const TemporaryFolder folder;
    const ProfileFile file(folder.path());
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int k = 0; k < 50; ++k) {
                Warnings warnings;
                const Observation observation = observation_of("sim/shared");
                file.add(std::span(&observation, 1), warnings);
            }
        });
    for (std::thread& thread : threads) thread.join();
    Warnings warnings;
    CHECK(count_of(file.read(warnings), "sim/shared") == 200);
}

TEST_CASE(
    "a writer that is killed at any moment leaves a whole file with all that it had done, and no lock") {
    const TemporaryFolder folder;
    const ProfileFile file(folder.path(), 2.0);
    std::mt19937 random(std::random_device{}());
    int killed = 0;
    for (int round = 0; killed < 100 && round < 1000; ++round) {
        SharedCount done, begun;
        Warnings warnings;
        const std::uint64_t before = count_of(file.read(warnings), "sim/shared");
        const pid_t child = start_child([&] {
            for (int i = 0; i < 200; ++i) {
                Warnings own;
                ++*begun;
                const Observation observation = observation_of("sim/shared");
                file.add(std::span(&observation, 1), own);
                ++*done;
            }
            return 0;
        });
        while ((*begun).load() == 0) std::this_thread::yield();
        ::usleep(static_cast<useconds_t>(random() % 4000));
        ::kill(child, SIGKILL);
        killed += wait_for(child) == 128 + SIGKILL ? 1 : 0;

        // What it had begun last may be there or not.
        const std::uint64_t after = count_of(file.read(warnings), "sim/shared");
        REQUIRE(after >= before + (*done).load());
        REQUIRE(after <= before + (*begun).load());
        const Observation observation = observation_of("sim/shared");
        file.add(std::span(&observation, 1), warnings); // nobody holds the lock
        REQUIRE(count_of(file.read(warnings), "sim/shared") == after + 1);
        REQUIRE(warnings.empty());
    }
    CHECK(killed == 100);
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) { // and nothing piles up
        const std::string name = entry.path().filename();
        CHECK_MESSAGE((name == "profiles.json" || name == "profiles.lock" || name == "profiles.json.new"),
                      name);
    }
}
