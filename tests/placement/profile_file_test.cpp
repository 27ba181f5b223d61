// The file that profiles are kept in: what goes in comes out, and what is wrong with it is said and survived.
#include "placement/profile_file.hpp"

#include <csignal>
#include <fstream>
#include <limits>
#include <stdexcept>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_folder.hpp"
#include "placement/profile_text.hpp"
#include "processes.hpp"
#include "profile_cases.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Warnings = std::vector<std::string>;

// A folder for profiles that is not there yet.
struct Place {
    TemporaryFolder temporary;
    fs::path folder = temporary.path() / "cache" / "profiles";
    ProfileFile file{folder};
    Warnings warnings;

    Profiles read() { return file.read(warnings); }
    void add(const std::string& tag, double items = 1000.0, double seconds = 1.0) {
        const Observation observation = {key_of(tag), "gpu:0 (Made-up)", items, seconds};
        file.add(std::span(&observation, 1), warnings);
    }
    void write(const std::string& text) {
        fs::create_directories(folder);
        write_file_atomically(file.path(), text);
    }
    bool warned(const std::string& part) const {
        return std::any_of(warnings.begin(), warnings.end(), [&](const std::string& warning) {
            return warning.find(part) != std::string::npos;
        });
    }
};

Profiles some_profiles() {
    Profiles profiles;
    for (const char* tag : {"sim/ema_cross", "sim/\"quoted\"\n\t\\ é", "indicator/sma", "start"})
        for (const double items : {1.0, 1e3, 1.5e6, 1e18})
            for (const double slower :
                 {1.0, 1.04, 0.9, 3.0, 3.1}) // the last are outliers, which are kept too
                measure(profiles, key_of(tag), items, slower * 1e-9 * items, 1);
    WorkKey beside = key_of("sim/ema_cross");
    beside.beside = "GPU-2, cpu-1 avx512 x2"; // other work than without
    measure(profiles, beside, 1e3, 5e-6, 1);
    profiles.caps[key_of("sim/ema_cross")] = {4096, 1U << 30U, "2022-01-31T12:00:00Z"};
    profiles.caps[key_of("sim/a", "GPU-2")] = {std::numeric_limits<std::uint64_t>::max(), 0,
                                               "2022-01-31T12:00:00.123Z"};
    return profiles;
}

// The text of one good entry with a change.
std::string text_with(const std::function<void(Json& entry)>& change, const char* list = "profiles") {
    Profiles profiles;
    measure(profiles, key_of("sim/bad"), 1000, 1.0);
    measure(profiles, key_of("sim/good"), 1000, 1.0);
    profiles.caps[key_of("sim/bad")] = {4096, 1000, "2022-01-31T12:00:00Z"};
    profiles.caps[key_of("sim/good")] = {4096, 1000, "2022-01-31T12:00:00Z"};
    Json root = Json::parse(profiles_text(profiles));
    change(root[list][0]);
    return root.dump();
}

struct EntryDamage {
    std::function<void(Json& entry)> change;
    std::string reason; // that the warning gives
};

// No file of this process may grow beyond `bytes` from now on: a stand-in for a full disk that needs no
// rights.
void limit_file_size(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
}

std::string io_error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const IoError& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

TEST_CASE("what is stored is read again to the last bit, through file and text") {
    Place place;
    const Profiles profiles = some_profiles();
    place.file.change([&](Profiles& kept) { kept = profiles; }, place.warnings);
    CHECK(same(place.read(), profiles));
    CHECK(place.warnings.empty());
    CHECK(profiles_text(parse_profiles(profiles_text(profiles)).profiles) == profiles_text(profiles));
}

TEST_CASE("where nothing was stored there is nothing, and no folder is made by reading") {
    Place place;
    CHECK(same(place.read(), Profiles{}));
    CHECK(place.warnings.empty());
    place.file.add({}, place.warnings);
    CHECK_FALSE(fs::exists(place.temporary.path() / "cache"));
}

TEST_CASE("an empty folder keeps nothing") {
    const ProfileFile file{fs::path()};
    Warnings warnings;
    CHECK_FALSE(file.keeps());
    file.change([](Profiles& profiles) { measure(profiles, key_of("sim/a"), 1000, 1.0); }, warnings);
    CHECK(same(file.read(warnings), Profiles{}));
    CHECK(warnings.empty());
}

TEST_CASE("people can read the file: an entry is a line with names") {
    Place place;
    place.add("sim/a");
    place.add("sim/b");
    const std::string text = read_file(place.file.path());
    CHECK(text.find("\n\"profiles\": [\n  {\"device\":\"gpu:0 (Made-up)\",\"uuid\":\"GPU-1\"") != text.npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 8);
    CHECK(Json::parse(text)["schema"] == 1);
}

TEST_CASE("observations are added to what is there, and nothing else is left in the folder") {
    Place place;
    for (int i = 0; i < 4; ++i) place.add("sim/a");
    const Profiles read = place.read();
    CHECK(read.entries.at({key_of("sim/a"), 9}).rate.state().count == 4);
    Warnings names;
    for (const auto& entry : fs::directory_iterator(place.folder)) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    CHECK(names == Warnings{"profiles.json", "profiles.lock"});
}

TEST_CASE("a damaged file is not used, named with the reason, and set aside by the next change") {
    struct Damage {
        std::string text, reason;
    };
    const std::vector<Damage> damages = {
        {"", "it is empty"},
        {std::string(4096, '\0'), "it is no JSON"},
        {"{\"schema\": 1, \"profiles\": [", "it is no JSON"},
        {"{\"schema\": 1, \"profiles\": [1e999]}", "it is JSON with numbers that no machine has"},
        {"[]", "it is JSON, but no profiles"},
        {"{\"profiles\": []}", "it has no schema version"},
        {"{\"schema\": \"1\"}", "it has no schema version"},
        {"{\"schema\": 2}", "it has schema 2, and this program knows 1"},
        {std::string(100000, '['), "it is no JSON"}};
    for (const Damage& damage : damages) {
        const std::string &text = damage.text, &reason = damage.reason;
        CAPTURE(reason);
        Place place;
        place.write(text);
        CHECK(same(place.read(), Profiles{}));
        CHECK(place.warned(
            fmt::format("the profiles '{}' are damaged: {}", place.file.path().string(), reason)));
        CHECK(place.warned("the next run sets them aside"));
        CHECK(read_file(place.file.path()) == text); // reading changes nothing
        place.warnings.clear();
        place.add("sim/a");
        CHECK(place.warned("they are set aside as 'profiles.json.damaged-1', and devices are measured anew"));
        CHECK(read_file(place.folder / "profiles.json.damaged-1") == text);
        place.warnings.clear();
        CHECK(place.read().entries.size() == 1);
        CHECK(place.warnings.empty());
    }
}

TEST_CASE("files that were set aside have numbers, and never become many") {
    Place place;
    for (int i = 1; i <= 12; ++i) {
        place.write(fmt::format("damage {}", i));
        place.add("sim/a");
    }
    CHECK(read_file(place.folder / "profiles.json.damaged-1") == "damage 1");
    CHECK(read_file(place.folder / "profiles.json.damaged-2") == "damage 2");
    CHECK(read_file(place.folder / "profiles.json.damaged-9") == "damage 12");
    CHECK_FALSE(fs::exists(place.folder / "profiles.json.damaged-10"));
}

TEST_CASE("a folder, a pipe or a huge file of that name is set aside") {
    for (const char* what : {"folder", "pipe", "huge"}) {
        CAPTURE(what);
        Place place;
        fs::create_directories(place.folder);
        if (what == std::string("folder")) fs::create_directory(place.file.path());
        if (what == std::string("pipe")) REQUIRE(::mkfifo(place.file.path().c_str(), 0600) == 0);
        if (what == std::string("huge")) {
            std::ofstream(place.file.path()).close();
            fs::resize_file(place.file.path(), 1U << 30U); // takes no room
        }
        CHECK(same(place.read(), Profiles{}));
        CHECK(place.warned("are damaged"));
        place.add("sim/a");
        CHECK(place.read().entries.size() == 1);
        CHECK(fs::exists(fs::symlink_status(place.folder / "profiles.json.damaged-1")));
    }
}

TEST_CASE(
    "an entry that is damaged or impossible is ignored, named with the reason, and the others are used") {
    const double least = std::numeric_limits<double>::min();
    const std::vector<EntryDamage> damages = {
        {[](Json& entry) { entry = 3; }, "it is no table of values"},
        {[](Json& entry) { entry = Json::array(); }, "it is no table of values"},
        {[](Json& entry) { entry.erase("uuid"); }, "it has no 'uuid'"},
        {[](Json& entry) { entry.erase("updated"); }, "it has no 'updated'"},
        {[](Json& entry) { entry.erase("item_seconds"); }, "it has no 'item_seconds'"},
        {[](Json& entry) { entry["uuid"] = 7; }, "its 'uuid' is no text"},
        {[](Json& entry) { entry["uuid"] = ""; }, "its 'uuid' is empty"},
        {[](Json& entry) { entry["driver"] = nullptr; }, "its 'driver' is no text"},
        {[](Json& entry) { entry["precision"] = Json::object(); }, "its 'precision' is no text"},
        {[](Json& entry) { entry["device"] = std::string(5000, 'x'); }, "its 'device' is too long"},
        {[](Json& entry) { entry["updated"] = "yesterday"; }, "its 'updated' is no time"},
        {[](Json& entry) { entry["item_seconds"] = "fast"; }, "its 'item_seconds' is no number"},
        {[](Json& entry) { entry["item_seconds"] = -0.001; }, "its 'item_seconds' of -0.001 cannot be"},
        {[](Json& entry) { entry["item_seconds"] = 0; }, "its 'item_seconds' of 0 cannot be"},
        {[=](Json& entry) { entry["item_seconds"] = least; }, "cannot be"},
        {[](Json& entry) { entry["item_seconds"] = 1e9; }, "cannot be"},
        {[](Json& entry) { entry["item_seconds"] = nullptr; }, "is no number"}, // how JSON writes NaN
        {[](Json& entry) { entry["count"] = 0; }, "its numbers contradict each other"},
        {[](Json& entry) { entry["count"] = -1; }, "its 'count' is no whole number"},
        {[](Json& entry) { entry["count"] = 1.5; }, "its 'count' is no whole number"},
        {[](Json& entry) { entry["count"] = true; }, "its 'count' is no whole number"},
        {[](Json& entry) { entry["log_variance"] = -1.0; }, "its 'log_variance' of -1 cannot be"},
        {[](Json& entry) { entry["log_variance"] = 1e300; }, "cannot be"},
        {[](Json& entry) { entry["size_bucket"] = 64; }, "its 'size_bucket' of 64 cannot be"},
        {[](Json& entry) { entry["size_bucket"] = -1; }, "its 'size_bucket' is no whole number"},
        {[](Json& entry) { entry["items"] = 5000; }, "its 'items' of 5000 cannot be"}, // not in the bucket
        {[](Json& entry) { entry["outliers"] = 3; }, "its 'outliers' are no list"},
        {[](Json& entry) { entry["outliers"] = {"a"}; }, "its 'outliers' is no number"},
        {[](Json& entry) {
             entry["outliers"] = {5.0, 1e-9};
         },
         "its numbers contradict each other"}};
    for (const EntryDamage& damage : damages) {
        CAPTURE(damage.reason);
        Place place;
        place.write(text_with(damage.change));
        const Profiles read = place.read();
        CHECK(read.entries.size() == 1);
        CHECK(read.entries.begin()->first.work.tag == "sim/good");
        CHECK(read.caps.size() == 2);
        REQUIRE(place.warnings.size() == 1);
        CHECK(place.warned(place.file.path().string() + "': profiles[0]"));
        CHECK(place.warned(damage.reason));
        CHECK(place.warned("this entry is ignored, and measured anew"));
        place.add("sim/good");
        place.warnings.clear();
        place.read();
        CHECK(place.warnings.empty()); // the change has left it out
    }
}

TEST_CASE("a warning of an entry says which device and work it was of") {
    Place place;
    place.write(text_with([](Json& entry) {
        entry["count"] = -1;
        entry["device"] = "gpu\n0";
    }));
    place.read();
    CHECK(place.warned("profiles[0] (sim/bad on gpu?0): its 'count'"));
}

TEST_CASE("a damaged cap of memory is ignored and named") {
    const std::vector<EntryDamage> damages = {
        {[](Json& entry) { entry["items"] = 0; }, "its 'items' of 0 cannot be"},
        {[](Json& entry) { entry["items"] = 0.5; }, "its 'items' is no whole number"},
        {[](Json& entry) { entry["free_bytes"] = -5; }, "its 'free_bytes' is no whole number"},
        {[](Json& entry) { entry["tag"] = 1; }, "its 'tag' is no text"}};
    for (const EntryDamage& damage : damages) {
        CAPTURE(damage.reason);
        Place place;
        place.write(text_with(damage.change, "memory_caps"));
        const Profiles read = place.read();
        CHECK(read.caps.size() == 1);
        CHECK(read.entries.size() == 2);
        CHECK(place.warned("memory_caps[0]"));
        CHECK(place.warned(damage.reason));
    }
}

TEST_CASE("of very many damaged entries some are named, and the others are counted") {
    Place place;
    Json root = {{"schema", 1}, {"profiles", Json::array()}};
    for (int i = 0; i < 1000; ++i) root["profiles"].push_back(i);
    place.write(root.dump());
    place.read();
    CHECK(place.warnings.size() == 6);
    CHECK(place.warned("995 more entries are damaged and ignored"));
}

TEST_CASE("fields that this program does not know are no mistake") {
    Place place;
    place.write(text_with([](Json& entry) { entry["colour"] = Json::array({1, "red"}); }));
    CHECK(place.read().entries.size() == 2);
    CHECK(place.warnings.empty());
}

TEST_CASE("a name that is not UTF-8 is no failure") {
    Place place;
    const Observation observation = {key_of("sim/a"), "Ger\xe4t\xff", 1000.0, 1.0};
    place.file.add(std::span(&observation, 1), place.warnings);
    CHECK(place.read().entries.size() == 1);
    CHECK(place.warnings.empty());
}

TEST_CASE("the file does not grow for ever: the oldest entries go first") {
    Place place;
    Profiles profiles;
    for (std::size_t i = 0; i < most_profiles + 100; ++i) {
        // The order of age is not that of the names.
        const std::size_t age = i * 7919 % (most_profiles + 100);
        measure(profiles, key_of(fmt::format("sim/{}", i)), 1000, 1.0, 1,
                fmt::format("2022-{:02}-{:02}T00:{:02}:00Z", 1 + age / 1200, 1 + age / 60 % 20, age % 60));
        profiles.caps[key_of(fmt::format("sim/{}", i))] = {1, 1, profiles.entries.rbegin()->second.updated};
    }
    place.file.change([&](Profiles& kept) { kept = profiles; }, place.warnings);
    const Profiles read = place.read();
    CHECK(read.entries.size() == most_profiles);
    CHECK(read.caps.size() == most_memory_caps);
    std::string newest_gone, oldest_kept = "9";
    for (const auto& [key, profile] : profiles.entries) {
        std::string& bound = read.entries.contains(key) ? oldest_kept : newest_gone;
        bound =
            read.entries.contains(key) ? std::min(bound, profile.updated) : std::max(bound, profile.updated);
    }
    CHECK(newest_gone <= oldest_kept);
}

TEST_CASE("what cannot be written is an error that names the place, and the old file stays as it is") {
    Place place;
    const ProfileFile nowhere("/dev/null/profiles");
    CHECK(io_error_of([&] { nowhere.change([](Profiles&) {}, place.warnings); }).find("/dev/null/profiles") !=
          std::string::npos);
    CHECK(same(nowhere.read(place.warnings), Profiles{}));

    place.add("sim/a");
    const std::string before = read_file(place.file.path());
    const int status = run_in_child([&] {
        limit_file_size(before.size() + 10);
        const std::string error = io_error_of([&] { place.add("sim/b"); });
        return error == fmt::format("cannot write '{}': File too large", place.file.path().string()) ? 0 : 1;
    });
    CHECK(status == 0);
    CHECK(read_file(place.file.path()) == before);
    place.add("sim/b");
    CHECK(place.read().entries.size() == 2);
}

TEST_CASE("a folder in which nothing may be written is an error, and what is there is still read") {
    Place place;
    place.add("sim/a");
    ::chmod(place.temporary.path().c_str(), 0755);
    ::chmod(place.folder.c_str(), 0555);
    const int status = run_in_child([&] {
        if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 77;
        Warnings warnings;
        if (place.file.read(warnings).entries.size() != 1) return 1;
        return io_error_of([&] { place.add("sim/b"); }).find("Permission denied") != std::string::npos ? 0
                                                                                                       : 2;
    });
    ::chmod(place.folder.c_str(), 0755);
    if (status == 77)
        MESSAGE("skipped: root's rights cannot be given up here");
    else
        CHECK(status == 0);
    CHECK(place.read().entries.size() == 1);
}

TEST_CASE("a change that throws changes nothing, and lets go of the lock") {
    Place place;
    place.add("sim/a");
    const std::string before = read_file(place.file.path());
    CHECK_THROWS_AS(place.file.change(
                        [](Profiles& profiles) {
                            profiles.entries.clear();
                            throw std::runtime_error("no");
                        },
                        place.warnings),
                    std::runtime_error);
    CHECK(read_file(place.file.path()) == before);
    place.add("sim/a");
}

TEST_CASE("a lock that is never let go of is an error after a while, not for ever") {
    Place place;
    place.add("sim/a");
    const fs::path lock = place.folder / "profiles.lock";
    const int descriptor = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(::flock(descriptor, LOCK_EX) == 0);
    const ProfileFile impatient(place.folder, 0.02);
    CHECK(io_error_of([&] { impatient.change([](Profiles&) {}, place.warnings); }) ==
          fmt::format("cannot lock '{}': another process has held it all the time", lock.string()));
    ::close(descriptor);
    impatient.change([](Profiles&) {}, place.warnings);
}

TEST_CASE("profiles of a user are in the cache") {
    const int status = run_in_child([] {
        ::setenv("XDG_CACHE_HOME", "/somewhere", 1);
        if (user_profiles() != "/somewhere/threadx/profiles") return 1;
        ::unsetenv("XDG_CACHE_HOME");
        ::setenv("HOME", "/house", 1);
        if (user_profiles() != "/house/.cache/threadx/profiles") return 2;
        ::unsetenv("HOME");
        return user_profiles().empty() ? 0 : 3;
    });
    CHECK(status == 0);
}
