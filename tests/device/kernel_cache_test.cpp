// The cache of compiled kernels: what is damaged, written twice at once or cannot be written.
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/temporary_folder.hpp"
#include "device/kernel_cache.hpp"

using namespace threadx;

namespace {

// Stores and finds again and again, and says whether all that was found was whole.
bool others_never_disturb(const std::filesystem::path& folder, char letter) {
    const KernelCache cache(folder);
    const std::string key = KernelCache::key({"shared"});
    bool whole = true;
    for (int round = 0; round < 40; ++round) {
        cache.store(key, std::string(100000, letter));
        const std::optional<std::string> found = cache.find(key);
        whole = whole && found && found->size() == 100000 &&
                found->find_first_not_of(found->front()) == std::string::npos;
    }
    return whole;
}

} // namespace

TEST_CASE("what was stored is found, by its key alone") {
    const TemporaryFolder folder;
    const KernelCache cache(folder.path() / "new" / "folder");
    const std::string code("binary\0code", 11);
    const std::string key = KernelCache::key({"text", "options"});
    CHECK_FALSE(cache.find(key));
    cache.store(key, code);
    CHECK(cache.find(key) == code);
    CHECK(KernelCache(folder.path() / "new" / "folder").find(key) == code);
    CHECK_FALSE(cache.find(KernelCache::key({"text", "other options"})));
    cache.store(key, "newer");
    CHECK(cache.find(key) == "newer");
}

TEST_CASE("keys tell parts apart") {
    CHECK(KernelCache::key({"ab", "c"}) != KernelCache::key({"a", "bc"}));
    CHECK(KernelCache::key({"ab", ""}) != KernelCache::key({"ab"}));
    CHECK(KernelCache::key({"a", "b"}) == KernelCache::key({"a", "b"}));
}

TEST_CASE("a damaged file counts as none, and is replaced") {
    const TemporaryFolder folder;
    const KernelCache cache(folder.path());
    const std::string key = KernelCache::key({"text"}), code(5000, 'c');
    cache.store(key, code);
    const std::filesystem::path file = std::filesystem::directory_iterator(folder.path())->path();
    const std::string good = read_file(file);
    std::string changed = good;
    changed[good.size() - 7] ^= 1;
    for (const std::string& damaged : {changed, good.substr(0, good.size() - 1), good + "x",
                                       good.substr(0, 20), std::string(), "X" + good}) {
        CAPTURE(damaged.size());
        write_file_atomically(file, damaged);
        CHECK_FALSE(cache.find(key));
        cache.store(key, code);
        CHECK(cache.find(key) == code);
    }
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    CHECK_FALSE(cache.find(key));
    cache.store(key, code); // cannot; must not throw
}

TEST_CASE("a cache without a folder, or in a folder that cannot be made, keeps nothing and fails nobody") {
    const TemporaryFolder folder;
    const std::string key = KernelCache::key({"text"});
    const KernelCache none("");
    none.store(key, "code");
    CHECK_FALSE(none.find(key));
    std::ofstream(folder.path() / "file") << "no folder";
    const KernelCache blocked(folder.path() / "file" / "kernels");
    blocked.store(key, "code");
    CHECK_FALSE(blocked.find(key));
    if (::geteuid() == 0) {
        std::puts("skipped: a folder that may not be written, because root may write everywhere");
        return;
    }
    std::filesystem::permissions(folder.path(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    const KernelCache unwritable(folder.path());
    unwritable.store(key, "code");
    CHECK_FALSE(unwritable.find(key));
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

TEST_CASE("threads that write one file at once leave it whole at every moment") {
    const TemporaryFolder folder;
    std::vector<char> whole(4, 0);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < whole.size(); ++i)
        threads.emplace_back(
            [&, i] { whole[i] = others_never_disturb(folder.path(), static_cast<char>('a' + i)) ? 1 : 0; });
    for (std::thread& thread : threads) thread.join();
    CHECK(whole == std::vector<char>(4, 1));
}

TEST_CASE("processes that write one file at once leave it whole at every moment") {
    const TemporaryFolder folder;
    const pid_t child = ::fork();
    if (child == 0) ::_exit(others_never_disturb(folder.path(), 'a') ? 0 : 1);
    CHECK(others_never_disturb(folder.path(), 'b'));
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

TEST_CASE("the user's folder follows XDG_CACHE_HOME, then HOME") {
    const auto with = [](const char* cache, const char* home) {
        const auto set = [](const char* name, const char* value) {
            if (value == nullptr)
                ::unsetenv(name);
            else
                ::setenv(name, value, 1);
        };
        set("XDG_CACHE_HOME", cache);
        set("HOME", home);
        return user_kernel_cache();
    };
    const char* old_cache = std::getenv("XDG_CACHE_HOME");
    const char* old_home = std::getenv("HOME");
    const std::string cache = old_cache == nullptr ? "" : old_cache,
                      home = old_home == nullptr ? "" : old_home;
    CHECK(with("/c", "/h") == "/c/threadx/kernels");
    CHECK(with(nullptr, "/h") == "/h/.cache/threadx/kernels");
    CHECK(with("", "/h") == "/h/.cache/threadx/kernels");
    CHECK(with("relative", "/h") == "/h/.cache/threadx/kernels"); // the specification says: ignored
    CHECK(with(nullptr, nullptr).empty());
    with(old_cache == nullptr ? nullptr : cache.c_str(), old_home == nullptr ? nullptr : home.c_str());
}
