// The best rows of a run, known as soon as the last of them is: without asking the database again.
#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "store/run_store.hpp"

namespace threadx {

// Keeps the first n of the rows that it is shown, in the order that RunStore::top() has.
class BestRows {
  public:
    // Begins with what the store has. InputError if it has no such column; IoError as the store.
    BestRows(const RunStore& store, std::size_t n, const RunStore::Order& order);

    // Rows that the store does not have yet. May be called by several threads at once.
    void add(const RowBlock& block);

    const std::vector<Row>& rows() const { return rows_; } // after the last add()

  private:
    struct Rank;
    Rank rank(std::uint64_t scenario, RowStatus status, const double* values) const;

    std::size_t most_;
    std::size_t width_;
    std::size_t value_; // which of a row's values ranks it
    bool descending_;
    std::mutex mutex_;
    std::vector<Row> rows_;
};

} // namespace threadx
