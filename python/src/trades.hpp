// Trades as columns.
#pragma once

#include <string>
#include <vector>

#include "arrays.hpp"
#include "device/cpu/recorded_simulation.hpp"

namespace threadx::python {

// By name: side (1 long, -1 short), units, entry_bar, exit_bar, prices, pnl, fees; and reason, a list of
// texts.
inline nb::dict columns_of(const std::vector<Trade>& trades) {
    std::vector<std::int64_t> side;
    std::vector<std::int64_t> entry_bar;
    std::vector<std::int64_t> exit_bar;
    std::vector<double> units;
    std::vector<double> entry_price;
    std::vector<double> exit_price;
    std::vector<double> pnl;
    std::vector<double> fees;
    nb::list reason;
    for (const Trade& trade : trades) {
        side.push_back(trade.is_long ? 1 : -1);
        units.push_back(trade.units);
        entry_bar.push_back(trade.entry_bar);
        exit_bar.push_back(trade.exit_bar);
        entry_price.push_back(trade.entry_price);
        exit_price.push_back(trade.exit_price);
        pnl.push_back(trade.pnl);
        fees.push_back(trade.fees);
        reason.append(nb::str(trade.reason.data(), trade.reason.size()));
    }
    nb::dict out;
    out["side"] = array_of(std::move(side));
    out["units"] = array_of(std::move(units));
    out["entry_bar"] = array_of(std::move(entry_bar));
    out["exit_bar"] = array_of(std::move(exit_bar));
    out["entry_price"] = array_of(std::move(entry_price));
    out["exit_price"] = array_of(std::move(exit_price));
    out["pnl"] = array_of(std::move(pnl));
    out["fees"] = array_of(std::move(fees));
    out["reason"] = reason;
    return out;
}

} // namespace threadx::python
