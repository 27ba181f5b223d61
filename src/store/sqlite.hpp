// SQLite behind three small classes. Every failure becomes an IoError that says what happened to which file
// and what to do; nothing of SQLite shows in this header.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/shared_library.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace threadx {

LinkedLibrary sqlite_library();

// A connection to the database of a run. For one thread at a time.
class Database {
  public:
    enum class Mode {
        read,      // never changes the file
        immutable, // as `read`, and takes no locks and makes no files: for a directory that nobody writes to
        write,
        create
    };

    Database(const std::filesystem::path& file, Mode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void execute(const std::string& sql);

    // As execute(), but false, and nothing done, if another process is in the way.
    bool try_execute(const std::string& sql);

    // A database of this connection as SQLite would write it to a file.
    std::vector<unsigned char> image_of(const std::string& schema) const;

    // Makes `schema`, an attached database in memory, have these contents, in place. They must stay where
    // they are for as long as it has them; no transaction may be open.
    void set_image(const std::string& schema, std::span<unsigned char> contents);

    // Rows that the last INSERT has added.
    std::uint64_t changes() const;

    // Inside BEGIN … COMMIT.
    bool in_transaction() const;

    sqlite3* handle() const { return handle_; }

    // What a result code of SQLite means for this file.
    IoError error(int code) const;

  private:
    std::filesystem::path file_;
    Mode mode_;
    sqlite3* handle_ = nullptr;
};

// A prepared statement. Parameters and columns are counted as SQLite does: parameters from 1, columns from 0.
class Statement {
  public:
    Statement(const Database& database, const std::string& sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    void bind(int parameter, std::int64_t value);
    void bind(int parameter, double value); // NaN becomes NULL
    void bind(int parameter, std::string_view value);
    void bind(int parameter, std::span<const double> values); // as a blob

    // Goes to the next row; false after the last.
    bool step();

    // Ready to run again; parameters keep their values.
    void reset();

    // step() to the end, and reset().
    void run();

    std::int64_t integer(int column) const;
    double real(int column) const; // NULL becomes the NaN of canonical()
    std::string text(int column) const;
    std::vector<double> reals(int column) const; // of a blob

  private:
    const Database& database_;
    sqlite3_stmt* handle_ = nullptr;
};

// BEGIN IMMEDIATE … COMMIT; rolled back unless commit() succeeded.
class Transaction {
  public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

  private:
    Database& database_;
};

} // namespace threadx
