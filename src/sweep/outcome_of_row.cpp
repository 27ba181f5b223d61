#include "sweep/outcome_of_row.hpp"

#include "analysis/metrics.hpp"

namespace threadx {

Outcome outcome_of_row(RowStatus status, std::span<const double> row, std::size_t parameters) {
    static const std::size_t total_return = metric_index("total_return");
    static const std::size_t max_drawdown = metric_index("max_drawdown");
    static const std::size_t sharpe = metric_index("sharpe");
    const std::span<const double> values = row.subspan(parameters);
    return {values[total_return], values[max_drawdown], values[sharpe], status == RowStatus::ruined};
}

} // namespace threadx
