// Takes the rows of a run in any order, so that runs can be compared without a database.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/stopwatch.hpp"
#include "store/row.hpp"

namespace threadx {

// Its functions may be called by any thread. Rows are moved in and hashed later, so that taking them costs a
// run next to nothing.
class RowCollector {
  public:
    void add(RowBlock block);

    std::uint64_t rows() const;
    // Of the rows in scenario order, as `threadx hash` has it.
    std::string hash(const RowSchema& schema) const;
    // From the making of this until the last row with an id of `range` came; 0 if none did.
    double seconds_until(IdRange range) const;

  private:
    struct Arrived {
        RowBlock block;
        double seconds = 0.0;
    };
    mutable std::mutex mutex_;
    std::vector<Arrived> blocks_;
    Stopwatch clock_;
};

} // namespace threadx
