// How orders are executed: the [execution] section of a sweep. SEMANTICS sections 1 to 4.
#pragma once

#include <string>
#include <vector>

#include "base/fields.hpp"

namespace threadx {

struct Execution {
    double capital = 10000.0;
    double fee = 0.0;
    double slippage = 0.0;
    double leverage = 1.0;
    std::string fill = "next_open";
    std::string ambiguity = "stop_first";
    bool close_at_end = false;
};

const std::vector<Field<Execution>>& execution_fields();

} // namespace threadx
