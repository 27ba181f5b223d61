#include "store/sqlite.hpp"

#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <sqlite3.h>

#include "store/row.hpp"

namespace threadx {
namespace {

constexpr int busy_timeout_milliseconds = 5000;

// The path as SQLite's "file:" address, for the options that only an address can carry.
std::string address(const std::filesystem::path& file, std::string_view options) {
    std::string text = "file:";
    for (const char c : std::filesystem::absolute(file).string()) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '/' || c == '.' || c == '-' || c == '_';
        text += plain ? std::string(1, c) : fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
    return fmt::format("{}?{}", text, options);
}

// SQLite calls a write that got ENOSPC "full", but says "I/O error" where the limit is a quota or a file
// size.
bool is_full(int code, int system_error) {
    if ((code & 0xff) == SQLITE_FULL) return true;
    return (code & 0xff) == SQLITE_IOERR &&
           (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG);
}

} // namespace

LinkedLibrary sqlite_library() {
    return {sqlite3_libversion(), library_file_of(reinterpret_cast<const void*>(&sqlite3_libversion))};
}

Database::Database(const std::filesystem::path& file, Mode mode) : file_(file), mode_(mode) {
    int flags = SQLITE_OPEN_NOMUTEX; // one thread at a time: its mutex would be taken for every bound value
    std::string name = file.string();
    switch (mode) {
    case Mode::read: flags |= SQLITE_OPEN_READONLY; break;
    case Mode::immutable:
        flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
        name = address(file, "immutable=1");
        break;
    case Mode::write: flags |= SQLITE_OPEN_READWRITE; break;
    case Mode::create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
    }
    errno = 0;
    const int code = sqlite3_open_v2(name.c_str(), &handle_, flags, nullptr);
    try {
        if (code != SQLITE_OK) throw error(code);
        sqlite3_extended_result_codes(handle_, 1);
        sqlite3_busy_timeout(handle_, busy_timeout_milliseconds);
    } catch (...) {
        sqlite3_close_v2(handle_);
        throw;
    }
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::execute(const std::string& sql) {
    errno = 0;
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw error(code);
}

bool Database::try_execute(const std::string& sql) {
    errno = 0;
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) return false;
    if (code != SQLITE_OK) throw error(code);
    return true;
}

std::vector<unsigned char> Database::image_of(const std::string& schema) const {
    sqlite3_int64 size = 0;
    unsigned char* const bytes = sqlite3_serialize(handle_, schema.c_str(), &size, 0);
    if (bytes == nullptr) throw error(SQLITE_NOMEM);
    std::vector<unsigned char> image(bytes, bytes + size);
    sqlite3_free(bytes);
    return image;
}

void Database::set_image(const std::string& schema, std::span<unsigned char> contents) {
    const auto size = static_cast<sqlite3_int64>(contents.size());
    if (const int code = sqlite3_deserialize(handle_, schema.c_str(), contents.data(), size, size, 0))
        throw error(code);
}

std::uint64_t Database::changes() const { return static_cast<std::uint64_t>(sqlite3_changes(handle_)); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

IoError Database::error(int code) const {
    // SQLite forgets the cause of some failures (a write beyond a file's size limit), but the last errno has
    // it still.
    const int last_error = errno;
    const int known_error = handle_ != nullptr ? sqlite3_system_errno(handle_) : 0;
    const int system_error = known_error != 0 ? known_error : last_error;
    const std::string message = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
    const std::string file = file_.string();
    const std::string directory = file_.parent_path().string();
    const bool reading = mode_ == Mode::read || mode_ == Mode::immutable;
    const bool by_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
    const std::string reason = by_system && system_error != 0 ? std::strerror(system_error) : message;
    const std::string go_on = mode_ == Mode::create
                                  ? std::string("then start again")
                                  : fmt::format("then go on with `threadx resume {}`", directory);
    const char* safe = mode_ == Mode::create ? "" : "finished batches are safe: ";

    if (is_full(code, system_error)) {
        if (reading)
            return IoError(
                fmt::format("the disk is full: no room for the temporary files that reading '{}' needs; free "
                            "some space, or set SQLITE_TMPDIR to a folder that has some",
                            file));
        return IoError(
            fmt::format("the disk is full while writing '{}'; {}free some space, {}", file, safe, go_on));
    }
    switch (code & 0xff) {
    case SQLITE_IOERR:
        if (reading)
            return IoError(fmt::format("cannot read '{}': {} ({})", file, reason, sqlite3_errstr(code)));
        return IoError(fmt::format("cannot write '{}': {} ({}); {}mend the cause, {}", file, reason,
                                   sqlite3_errstr(code), safe, go_on));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return IoError(
            fmt::format("cannot open '{}': {}; {}", file, reason,
                        reading ? "look whether you may read the file and its directory"
                                : "the directory, or the file, is not writable: allow writing, or choose "
                                  "another directory"));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return IoError(
            fmt::format("another process is using '{}'; wait until it is done, then try again", file));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return IoError(fmt::format("'{}' is damaged ({}); restore it from a copy, or make the run again",
                                   file, message));
    case SQLITE_NOMEM: return IoError(fmt::format("out of memory while using '{}'", file));
    default: return IoError(fmt::format("cannot use '{}': {}", file, message));
    }
}

Statement::Statement(const Database& database, const std::string& sql) : database_(database) {
    errno = 0;
    const int code = sqlite3_prepare_v3(database.handle(), sql.c_str(), static_cast<int>(sql.size() + 1),
                                        SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
    if (code != SQLITE_OK) throw database.error(code);
}

Statement::~Statement() { sqlite3_finalize(handle_); }

void Statement::bind(int parameter, std::int64_t value) {
    if (const int code = sqlite3_bind_int64(handle_, parameter, value)) throw database_.error(code);
}

void Statement::bind(int parameter, double value) {
    if (const int code = sqlite3_bind_double(handle_, parameter, value)) throw database_.error(code);
}

void Statement::bind(int parameter, std::string_view value) {
    const int code =
        sqlite3_bind_text(handle_, parameter, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    if (code != SQLITE_OK) throw database_.error(code);
}

// As they lie in memory, which on every processor that this is built for is little-endian.
static_assert(std::endian::native == std::endian::little);

void Statement::bind(int parameter, std::span<const double> values) {
    const int code =
        sqlite3_bind_blob64(handle_, parameter, values.data(), values.size_bytes(), SQLITE_TRANSIENT);
    if (code != SQLITE_OK) throw database_.error(code);
}

bool Statement::step() {
    errno = 0;
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    const IoError error = database_.error(code);
    sqlite3_reset(handle_); // so that the statement can be used again
    throw error;
}

void Statement::reset() { sqlite3_reset(handle_); }

void Statement::run() {
    while (step()) {
    }
    reset();
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

double Statement::real(int column) const {
    const double value = sqlite3_column_double(handle_, column); // 0 for NULL
    if (value == 0.0 && sqlite3_column_type(handle_, column) == SQLITE_NULL) return canonical(std::nan(""));
    return value;
}

std::string Statement::text(int column) const {
    const unsigned char* text = sqlite3_column_text(handle_, column);
    return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

std::vector<double> Statement::reals(int column) const {
    const void* const bytes = sqlite3_column_blob(handle_, column);
    std::vector<double> values(static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)) /
                               sizeof(double));
    if (!values.empty()) std::memcpy(values.data(), bytes, values.size() * sizeof(double));
    return values;
}

Transaction::Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
    // After some failures (a full disk, say) SQLite has rolled back by itself.
    if (database_.in_transaction()) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() { database_.execute("COMMIT"); }

} // namespace threadx
