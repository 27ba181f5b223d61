// Rows as pages of SQLite's file format, so that SQLite copies them whole instead of being given every value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/row.hpp"

namespace threadx {

// A database in memory, in the format of https://www.sqlite.org/fileformat2.html, with one table: a scenario
// (the key), a status, and one REAL column for each value. Binding 36 values a row and having SQLite make a
// record of them costs twice as much as making the record here and having it copied.
class RowImage {
  public:
    static constexpr int page_bytes =
        65536; // the most that SQLite allows: of any row, several fit into a page

    // `empty`: the database without rows: its header and schema in the first page, the table's root in the
    // second, with pages of `page_bytes`. std::logic_error if it is not like that. `most_children`, from 3:
    // of an interior page of the tree; so many fit, with keys of any length.
    explicit RowImage(std::span<const unsigned char> empty, std::size_t most_children = 4096);

    // Begins a database without rows.
    void clear();

    // Adds rows that are well-formed (RowBlock) and have larger ids than those before them.
    void add(const RowBlock& block);

    // The whole database; valid until the next clear(). To be called once before it.
    std::span<unsigned char> finish();

  private:
    struct Child {          // a page below another
        std::uint32_t page; // counted from 1
        std::uint64_t last; // id
    };
    void encode(std::uint64_t scenario, RowStatus status, std::span<const double> values);
    void place(std::uint64_t scenario);
    void begin_leaf();
    void end_leaf();
    Child put_interior(std::uint32_t number, std::span<const Child> children);
    void put_root();

    std::size_t most_children_;
    std::vector<unsigned char> bytes_;  // whole pages, the first two of `empty` at the beginning
    std::vector<unsigned char> record_; // scratch: one row, as a cell of a leaf
    std::size_t record_size_ = 0;       // of the scratch
    std::vector<Child> children_;       // leaves with rows; the last one is open
    std::size_t cells_ = 0;             // of the open leaf
    std::size_t top_ = 0;               // where the cells of the open leaf begin, as they grow downwards
};

} // namespace threadx
