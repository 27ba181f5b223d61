// Shares of the work that the user gives: "cuda:0=0.8,cpu=0.2".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "device/device_properties.hpp"

namespace threadx {

struct BalanceShare {
    std::string device; // an id or a UUID
    double share = 0.0; // of all
};

// "auto" and an empty text: no shares. InputError, beginning with `asked_by` ("--balance x=y", "FILE: [gpu]
// balance"), if it is no list of devices with shares, a share is negative or not a number, a device is there
// twice, or they do not sum to 1 (within 0.001) or to 100 with % signs.
std::vector<BalanceShare> parse_balance(const std::string& text, const std::string& asked_by);

// Of a device; 0 where it is not among them.
double share_of(const std::vector<BalanceShare>& balance, const DeviceProperties& device);

// "cuda:0:80.0%, cpu:20.0%", as the log says it.
std::string balance_text(const std::vector<BalanceShare>& balance);

// `items` cut by `shares` (which sum to about 1) into whole numbers that sum to it: each its part rounded
// down, and the largest remainders one more; of equal remainders the earlier. Without any share nobody gets
// anything.
std::vector<std::uint64_t> largest_remainder(std::uint64_t items, const std::vector<double>& shares);

} // namespace threadx
