// The file that profiles are kept in.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "placement/profiles.hpp"

namespace threadx {

// The file has no more entries than these; the oldest go first.
constexpr std::size_t most_profiles = 4096;
constexpr std::size_t most_memory_caps = 1024;

// Several processes may use one file: changes are made under a lock (of a file beside it), on what is there
// then, and reach it by a rename. So no update is lost, and a reader never sees a part. It is not flushed to
// the disk: after a loss of power it may be an empty file, which is a damaged one.
class ProfileFile {
  public:
    // `folder`/profiles.json; an empty folder: nothing is kept. The folder is made when something is stored.
    // `patience_seconds`: how long a change waits for other processes' changes.
    explicit ProfileFile(const std::filesystem::path& folder, double patience_seconds = 10.0);

    bool keeps() const { return !path_.empty(); }
    const std::filesystem::path& path() const { return path_; }

    // What is there; nothing where there is no file. What cannot be used is left out, and a warning says
    // what, where and what becomes of it: entries that are damaged or impossible; a file that is no JSON or
    // has another schema is set aside by the next change. Never throws for what is in the file, nor for one
    // that cannot be read.
    Profiles read(std::vector<std::string>& warnings) const;

    // Reads, changes and writes back; does nothing where nothing is kept. A damaged file is renamed to
    // profiles.json.damaged-N first. IoError if the file cannot be read, locked or written: it is as it was
    // then. What `change` throws goes through; it must not use this file.
    void change(const std::function<void(Profiles&)>& change, std::vector<std::string>& warnings) const;

    // change() with observations of batches; in their order. Without any the file is not touched.
    void add(std::span<const Observation> observations, std::vector<std::string>& warnings) const;

  private:
    std::filesystem::path path_;
    double patience_seconds_;
};

// $XDG_CACHE_HOME/threadx/profiles or ~/.cache/threadx/profiles; empty where neither is known.
std::filesystem::path user_profiles();

} // namespace threadx
