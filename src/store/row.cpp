#include "store/row.hpp"

namespace threadx {

std::string_view status_name(RowStatus status) {
    switch (status) {
    case RowStatus::ok: return "ok";
    case RowStatus::ruined: return "ruined";
    case RowStatus::invalid: return "invalid";
    }
    return "unknown";
}

} // namespace threadx
