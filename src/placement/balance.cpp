#include "placement/balance.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <numeric>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace threadx {
namespace {

constexpr double sum_tolerance = 0.001;

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> parts_of(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        parts.push_back(trimmed(text.substr(at, comma - at)));
        at = comma + 1;
    }
    return parts;
}

} // namespace

std::vector<BalanceShare> parse_balance(const std::string& text, const std::string& asked_by) {
    if (trimmed(text).empty() || trimmed(text) == "auto") return {};
    const auto fail = [&](const std::string& what) {
        throw InputError(fmt::format("{}: {}; give shares of devices that sum to 1 (cuda:0=0.8,cpu=0.2) or "
                                     "to 100% (cuda:0=80%,cpu=20%), or auto",
                                     asked_by, what));
    };
    std::vector<BalanceShare> balance;
    std::size_t percents = 0;
    double sum = 0.0;
    for (const std::string& part : parts_of(text)) {
        const std::size_t sign = part.rfind('=');
        if (sign == std::string::npos) fail(fmt::format("'{}' is no device=share", part));
        BalanceShare share;
        share.device = trimmed(part.substr(0, sign));
        if (share.device.empty()) fail(fmt::format("'{}' names no device", part));
        std::string number = trimmed(part.substr(sign + 1));
        const bool percent = !number.empty() && number.back() == '%';
        if (percent) number = trimmed(number.substr(0, number.size() - 1));
        const auto value = parse_number(number);
        if (!value || !std::isfinite(*value))
            fail(fmt::format("the share of {}, '{}', is no number", share.device,
                             trimmed(part.substr(sign + 1))));
        if (*value < 0.0) fail(fmt::format("the share of {} is negative", share.device));
        if (std::any_of(balance.begin(), balance.end(),
                        [&](const BalanceShare& other) { return other.device == share.device; }))
            fail(fmt::format("{} is there twice", share.device));
        percents += percent ? 1 : 0;
        share.share = percent ? *value / 100.0 : *value;
        sum += share.share;
        balance.push_back(std::move(share));
    }
    if (percents != 0 && percents != balance.size()) fail("some shares have a % sign and others none");
    if (std::abs(sum - 1.0) > sum_tolerance * (1.0 + 1e-9))
        fail(percents != 0 ? fmt::format("the shares sum to {}%", shortest_text(std::round(sum * 1e7) / 1e5))
                           : fmt::format("the shares sum to {}", shortest_text(std::round(sum * 1e7) / 1e7)));
    return balance;
}

double share_of(const std::vector<BalanceShare>& balance, const DeviceProperties& device) {
    for (const BalanceShare& share : balance)
        if (share.device == device.id || share.device == device.uuid) return share.share;
    return 0.0;
}

std::string balance_text(const std::vector<BalanceShare>& balance) {
    std::string out;
    for (const BalanceShare& share : balance)
        out += fmt::format("{}{}:{:.1f}%", out.empty() ? "" : ", ", share.device, 100.0 * share.share);
    return out;
}

std::vector<std::uint64_t> largest_remainder(std::uint64_t items, const std::vector<double>& shares) {
    // The long double of most machines holds every 64-bit number exactly.
    long double sum = 0.0L;
    for (const double share : shares) {
        assert(share >= 0.0 && std::isfinite(share));
        sum += share;
    }
    std::vector<std::uint64_t> out(shares.size(), 0);
    std::vector<long double> remainders(shares.size(), 0.0L);
    std::uint64_t given = 0;
    for (std::size_t i = 0; i < shares.size() && sum > 0.0L; ++i) {
        const long double exact = static_cast<long double>(items) * shares[i] / sum;
        out[i] = std::min(static_cast<std::uint64_t>(exact), items - given); // all rounding goes down
        given += out[i];
        remainders[i] = exact - static_cast<long double>(out[i]);
    }
    std::vector<std::size_t> order(shares.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
    while (given < items && sum > 0.0L)
        for (const std::size_t i : order) {
            if (given == items) break;
            if (shares[i] == 0.0) continue;
            ++out[i];
            ++given;
        }
    return out;
}

} // namespace threadx
