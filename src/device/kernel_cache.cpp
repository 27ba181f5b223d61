#include "device/kernel_cache.hpp"

#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/sha256.hpp"
#include "base/user_folders.hpp"

namespace threadx {
namespace {

constexpr std::string_view magic = "ThreadX kernel 1\n";
constexpr std::size_t digest_size = 64;

std::filesystem::path file_of(const std::filesystem::path& folder, const std::string& key) {
    return folder / (key + ".kernel");
}

} // namespace

KernelCache::KernelCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

std::string KernelCache::key(std::initializer_list<std::string_view> parts) {
    Sha256 hash;
    for (const std::string_view part : parts) {
        hash.update(std::to_string(part.size()) + ':'); // so that no two lists of parts read the same
        hash.update(part);
    }
    return hash.hex_digest();
}

// A file is the magic line, the code's SHA-256 and the code: what a full disk or a crash left is recognised.
std::optional<std::string> KernelCache::find(const std::string& key) const {
    if (folder_.empty()) return std::nullopt;
    std::string contents;
    try {
        contents = read_file(file_of(folder_, key));
    } catch (const Error&) {
        return std::nullopt;
    }
    if (contents.size() < magic.size() + digest_size || !contents.starts_with(magic)) return std::nullopt;
    const std::string digest = contents.substr(magic.size(), digest_size);
    std::string code = contents.substr(magic.size() + digest_size);
    if (sha256_hex(code) != digest) return std::nullopt;
    return code;
}

void KernelCache::store(const std::string& key, std::string_view code) const {
    if (folder_.empty()) return;
    std::error_code error;
    // Code that will run is nobody else's to write.
    if (std::filesystem::create_directories(folder_, error))
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
    std::string contents(magic);
    contents += sha256_hex(code);
    contents += code;
    try {
        write_file_atomically(file_of(folder_, key), contents);
    } catch (const Error&) { // NOLINT(bugprone-empty-catch): the next run compiles anew
    }
}

std::filesystem::path user_kernel_cache() { return user_cache_folder("kernels"); }

} // namespace threadx
