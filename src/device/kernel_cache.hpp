// Compiled kernels kept on disk, so that a kernel is compiled once per machine and not once per run.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace threadx {

// Several processes may use one folder at once.
class KernelCache {
  public:
    // An empty path: nothing is kept. The folder is made when something is stored.
    explicit KernelCache(std::filesystem::path folder);

    // SHA-256 over all that decides what a compiler makes: text, options, compiler and its version,
    // architecture.
    static std::string key(std::initializer_list<std::string_view> parts);

    // What was stored; nothing if there is none, it cannot be read or it is damaged.
    std::optional<std::string> find(const std::string& key) const;

    // Best effort: a folder that cannot be written means compiling anew, not failing.
    void store(const std::string& key, std::string_view code) const;

  private:
    std::filesystem::path folder_;
};

// $XDG_CACHE_HOME/threadx/kernels, or ~/.cache/threadx/kernels; empty where neither is known.
std::filesystem::path user_kernel_cache();

} // namespace threadx
