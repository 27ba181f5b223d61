#include "store/run_directory.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"

namespace threadx {
namespace {

namespace fs = std::filesystem;

bool is_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A database under this name, or one of the files that SQLite keeps beside it.
bool is_database_file(std::string_view name, std::string_view database) {
    if (!name.starts_with(database)) return false;
    name.remove_prefix(database.size());
    return name.empty() || name == "-wal" || name == "-shm" || name == "-journal";
}

// What a run has beside its database.
constexpr std::string_view text_files[] = {"manifest.json",    "walkforward.json", "walkforward_equity.csv",
                                           "overfitting.json", "robustness.json",  "report.html"};

bool is_text_file(std::string_view name) {
    return std::find(std::begin(text_files), std::end(text_files), name) != std::end(text_files);
}

// One of them while it is written: see write_file_atomically().
bool is_unfinished_text_file(std::string_view name) {
    constexpr std::string_view ending = ".tmp";
    const std::size_t place = name.rfind(ending);
    return place != std::string_view::npos && is_text_file(name.substr(0, place)) &&
           is_digits(name.substr(place + ending.size()));
}

bool is_run_file(const fs::directory_entry& entry) {
    if (entry.is_directory() && !entry.is_symlink()) return false;
    const std::string name = entry.path().filename().string();
    return name == "lock" || is_text_file(name) || is_database_file(name, "rows.sqlite") ||
           is_database_file(name, "rows.sqlite.new") || is_unfinished_text_file(name);
}

// Whether the file has the header of a run's database: https://www.sqlite.org/fileformat.html
bool is_our_database(const fs::path& file) {
    std::array<char, 72> header{};
    std::ifstream stream(file, std::ios::binary);
    stream.read(header.data(), header.size());
    std::uint32_t application = 0; // big-endian, at offset 68
    for (std::size_t i = 68; i < 72; ++i)
        application = application << 8 | static_cast<unsigned char>(header[i]);
    return std::string_view(header.data(), 15) == "SQLite format 3" && application == run_application_id;
}

// A lock file holds a process number.
bool is_our_lock(const fs::directory_entry& entry) {
    if (entry.path().filename() != "lock" || !entry.is_regular_file() || entry.file_size() > 20) return false;
    std::ifstream stream(entry.path());
    return is_digits(std::string(std::istreambuf_iterator<char>(stream), {}));
}

// What a process leaves that is killed while it makes a run.
bool is_leftover(const fs::directory_entry& entry) {
    return is_our_lock(entry) || is_database_file(entry.path().filename().string(), "rows.sqlite.new");
}

} // namespace

fs::path rows_file(const fs::path& directory) { return directory / "rows.sqlite"; }
fs::path unfinished_rows_file(const fs::path& directory) { return directory / "rows.sqlite.new"; }
fs::path manifest_file(const fs::path& directory) { return directory / "manifest.json"; }

void check_usable(const fs::path& directory, bool force) {
    const std::string name = directory.string();
    try {
        const fs::file_status status = fs::status(directory);
        if (!fs::exists(status)) return;
        if (!fs::is_directory(status))
            throw InputError(
                fmt::format("'{}' is a file, not a directory; choose another name for the run", name));
        if (std::all_of(fs::directory_iterator(directory), fs::directory_iterator(), is_leftover)) return;
        const fs::directory_entry lock(directory / "lock");
        if (!fs::is_regular_file(rows_file(directory)) || (lock.exists() && !is_our_lock(lock)))
            throw InputError(
                fmt::format("the directory '{}' is not empty and holds no run; choose an empty or "
                            "new one, or remove its contents yourself",
                            name));
        if (!force)
            throw InputError(
                fmt::format("the directory '{}' already holds a run; choose another one, go on with it "
                            "with `threadx resume {}`, or replace it with --force",
                            name, name));
    } catch (const fs::filesystem_error& error) {
        throw IoError(fmt::format("cannot look into the directory '{}': {}", name, error.code().message()));
    }
}

void check_removable(const fs::path& directory) {
    if (fs::exists(rows_file(directory)) && !is_our_database(rows_file(directory)))
        throw InputError(
            fmt::format("'{}' is damaged, or not a file of ThreadX, so the directory is left as it "
                        "is; choose another one, or remove its contents yourself",
                        rows_file(directory).string()));
}

void remove_run_files(const fs::path& directory) {
    try {
        std::vector<fs::path> files;
        for (const fs::directory_entry& entry : fs::directory_iterator(directory))
            if (is_run_file(entry) && entry.path().filename() != "lock") files.push_back(entry.path());
        // The database last: as long as it is there the directory counts as a run, and this can be done
        // again.
        std::sort(files.begin(), files.end(), [&](const fs::path& a, const fs::path& b) {
            return (a == rows_file(directory)) < (b == rows_file(directory));
        });
        for (const fs::path& file : files) fs::remove(file);
    } catch (const fs::filesystem_error& error) {
        throw IoError(fmt::format("cannot remove the earlier run in '{}': {}", directory.string(),
                                  error.code().message()));
    }
}

void remove_unfinished_manifests(const fs::path& directory) {
    std::error_code ignored; // they are in nobody's way
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored))
        if (is_unfinished_text_file(entry.path().filename().string())) files.push_back(entry.path());
    for (const fs::path& file : files) fs::remove(file, ignored);
}

void check_is_run(const fs::path& directory) {
    std::error_code failure;
    const std::string name = directory.string();
    const fs::file_status status = fs::status(rows_file(directory), failure);
    if (fs::is_regular_file(status)) return;
    if (status.type() == fs::file_type::none)
        throw IoError(fmt::format("cannot look into the directory '{}': {}", name, failure.message()));
    if (!fs::exists(directory, failure))
        throw InputError(
            fmt::format("there is no run '{}'; give the directory that `threadx sweep` made", name));
    throw InputError(
        fmt::format("'{}' is not a run: it has no rows.sqlite; give the directory that `threadx sweep` "
                    "made",
                    name));
}

} // namespace threadx
