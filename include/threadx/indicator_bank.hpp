// Indicators over series of prices, computed where it is soonest done.
//
//     threadx::IndicatorBank bank;
//     auto bands = bank.bollinger_bands(close, {.period = 20, .std_dev = 2.0, .placement =
//     threadx::dynamic});
//
// The bits are the same wherever they are computed. Values are NaN until a window is full; there is one NaN.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "placement.hpp"

namespace threadx {

// Series of equal length, oldest first; those that are not needed may be left empty.
struct Ohlcv {
    std::span<const double> open = {};
    std::span<const double> high = {};
    std::span<const double> low = {};
    std::span<const double> close = {};
    std::span<const double> volume = {};
    std::span<const double> time = {}; // starts of the bars: milliseconds since 1970-01-01 UTC, increasing
};

struct BandOptions {
    int period = 20;
    double std_dev = 2.0; // population standard deviations between the middle and a band, as TA-Lib's BBANDS
    Placement placement = {};
};

struct Bands {
    std::vector<double> upper = {};
    std::vector<double> middle = {}; // the simple moving average
    std::vector<double> lower = {};
    Decision decision = {};
};

struct PeriodOptions {
    int period = 14;
    Placement placement = {};
};

// Opens devices when it first uses them and keeps them, their compiled programs and their memory. Its
// functions may be called by several threads at once.
//
// All that computes throws InputError for what cannot be meant (an empty series, a period below 1, a
// deviation that is no number, a device that is not there) and DeviceError if a device that was named fails;
// what `dynamic` chose and then fails is left to the processor, and the decision says so.
class IndicatorBank {
  public:
    explicit IndicatorBank(const MachineOptions& options = {}); // InputError if the settings are wrong
    ~IndicatorBank();                                           // writes down what was measured
    IndicatorBank(IndicatorBank&&) noexcept;
    IndicatorBank& operator=(IndicatorBank&&) noexcept;

    Bands bollinger_bands(std::span<const double> close, const BandOptions& options = {});
    std::vector<double> sma(std::span<const double> series, const PeriodOptions& options = {});
    std::vector<double> ema(std::span<const double> series, const PeriodOptions& options = {});
    std::vector<double> rsi(std::span<const double> series, const PeriodOptions& options = {}); // Wilder's
    // Wilder's average true range: needs high, low and close.
    std::vector<double> atr(const Ohlcv& bars, const PeriodOptions& options = {});
    // Any expression of the rule language: "rsi(close, 14)", "crossover(close, sma(close, 20))". Truths are 1
    // and 0. InputError points at a mistake in it.
    std::vector<double> column(std::string_view expression, const Ohlcv& bars,
                               const Placement& placement = {});

    Decision last_decision() const; // of the call that ended last, whichever thread's
    void flush();                   // writes down what was measured so far; IoError if that fails

  private:
    friend class DeviceManager;
    class Implementation;
    explicit IndicatorBank(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

} // namespace threadx
