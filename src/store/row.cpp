#include "store/row.hpp"

#include <bit>
#include <cmath>

namespace threadx {

std::string_view status_name(RowStatus status) {
    switch (status) {
    case RowStatus::ok: return "ok";
    case RowStatus::ruined: return "ruined";
    case RowStatus::invalid: return "invalid";
    }
    return "unknown";
}

double canonical(double value) {
    // Spelt as bits: numeric_limits::quiet_NaN() is the compiler's choice, and hashes outlive compilers.
    if (std::isnan(value)) return std::bit_cast<double>(std::uint64_t{0x7ff8000000000000});
    return value == 0.0 ? 0.0 : value;
}

} // namespace threadx
