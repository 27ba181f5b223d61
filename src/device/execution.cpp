#include "device/execution.hpp"

namespace threadx {

const std::vector<Field<Execution>>& execution_fields() {
    static const std::vector<Field<Execution>> fields = {
        {"capital",
         &Execution::capital,
         "cash at the start",
         {.minimum = 0.0, .maximum = 1e15, .above_minimum = true}},
        {"fee", &Execution::fee, "fraction of the notional, per side", {.minimum = 0.0, .maximum = 0.5}},
        {"slippage",
         &Execution::slippage,
         "fraction of the price, against the trader",
         {.minimum = 0.0, .maximum = 0.5}},
        {"leverage",
         &Execution::leverage,
         "largest notional as a multiple of equity",
         {.minimum = 0.0, .maximum = 1000.0, .above_minimum = true}},
        {"fill", &Execution::fill, "when orders fill", {.choices = {"next_open", "close"}}},
        {"ambiguity",
         &Execution::ambiguity,
         "which is hit first when stop and target lie in one bar",
         {.choices = {"stop_first", "target_first", "nearest_to_open"}}},
        {"close_at_end", &Execution::close_at_end, "close an open position at the last bar"}};
    return fields;
}

} // namespace threadx
