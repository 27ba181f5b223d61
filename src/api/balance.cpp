#include "placement/balance.hpp"

#include "threadx/device_manager.hpp"

namespace threadx {

Balance::Balance(std::string_view text) {
    for (BalanceShare& share : parse_balance(std::string(text), "the balance"))
        shares_.push_back({.device = std::move(share.device), .share = share.share});
}

std::string Balance::text() const {
    if (!is_fixed()) return "auto";
    std::vector<BalanceShare> shares;
    for (const DeviceShare& share : shares_) shares.push_back({share.device, share.share});
    return balance_text(shares);
}

} // namespace threadx
