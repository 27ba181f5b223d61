// The hash of a run's rows: the one number that tells whether two runs gave the same bits.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/sha256.hpp"
#include "store/row.hpp"

namespace threadx {

// SHA-256 over these bytes, in this order, and nothing else. This is a public promise: anybody can compute it
// from the rows, and it never changes for the same rows.
//
//   1. the text "threadx-rows-1\n";
//   2. the names of all columns, parameters and then metrics, joined by ',' and followed by "\n" (UTF-8, as
//   given);
//   3. for each row, by ascending scenario id:
//        the id          unsigned 64-bit integer, little-endian
//        the status      one byte: 0 ok, 1 ruined, 2 invalid
//        each value      IEEE 754 binary64, little-endian, parameters and then metrics; every NaN as
//                        0x7ff8000000000000, and negative zero as zero (`canonical`)
//
// Neither the number of rows nor finished ranges enter it: a scenario that the constraints exclude simply has
// no row.
class RowHash {
  public:
    explicit RowHash(const RowSchema& schema);

    // The next row; `values` has the schema's width. Ids must ascend.
    void add(std::uint64_t scenario, RowStatus status, std::span<const double> values);

    // 64 lower-case hexadecimal digits. To be called once.
    std::string hex_digest();

  private:
    void put(std::uint64_t bits);

    Sha256 sha_;
    std::vector<std::byte> buffer_; // one row
};

} // namespace threadx
