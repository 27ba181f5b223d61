#include "bench/fixed_shares.hpp"

namespace threadx {

std::vector<IdRange> parts_of(IdRange range, const std::vector<BalanceShare>& shares) {
    std::vector<double> numbers;
    for (const BalanceShare& share : shares) numbers.push_back(share.share);
    std::vector<IdRange> parts;
    std::uint64_t first = range.first;
    for (const std::uint64_t items : largest_remainder(range.size(), numbers)) {
        parts.push_back({first, first + items});
        first += items;
    }
    return parts;
}

RunResult run_with_shares(const PreparedSweep& sweep, IdRange range, const std::vector<BalanceShare>& shares,
                          const std::vector<DeviceProperties>& devices, StartedDevices& started,
                          RunOptions options, const std::function<void(RowBlock)>& deliver) {
    started.use(devices, options);
    options.shares = shares;
    return run_sweep(sweep, {range}, options, deliver);
}

} // namespace threadx
