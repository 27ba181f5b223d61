#include "store/best_rows.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "store/row_columns.hpp"

namespace threadx {

// What is smaller is better.
struct BestRows::Rank {
    bool invalid;
    bool undefined;
    double value;
    std::uint64_t scenario;

    bool operator<(const Rank& other) const {
        return std::tie(invalid, undefined, value, scenario) <
               std::tie(other.invalid, other.undefined, other.value, other.scenario);
    }
};

BestRows::BestRows(const RunStore& store, std::size_t n, const RunStore::Order& order)
    : most_(n), width_(store.schema().width()), descending_(order.descending), rows_(store.top(n, order)) {
    const std::vector<std::string> columns = column_names(store.schema());
    const std::string column = find_column(store.schema(), order.column);
    value_ = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin());
}

// Of the columns that are no value of a row, `scenario` ranks by what ranks equal values anyway.
BestRows::Rank BestRows::rank(std::uint64_t scenario, RowStatus status, const double* values) const {
    const double value = values[value_];
    const bool undefined = std::isnan(value);
    return {status == RowStatus::invalid, undefined,
            undefined     ? 0.0
            : descending_ ? -value
                          : value,
            scenario};
}

void BestRows::add(const RowBlock& block) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < block.rows() && most_ > 0; ++i) {
        const double* const values = block.values.data() + i * width_;
        const Rank own = rank(block.scenarios[i], block.statuses[i], values);
        const auto behind = std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) {
            return own < rank(row.scenario, row.status, row.values.data());
        });
        if (behind == rows_.end() && rows_.size() == most_) continue;
        rows_.insert(behind, {block.scenarios[i], block.statuses[i], {values, values + width_}});
        if (rows_.size() > most_) rows_.pop_back();
    }
}

} // namespace threadx
