// The bank of indicators: the same bits on every device, and what it decides by itself.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "api/machines.hpp"
#include "device/backtests.hpp"
#include "placement/profile_file.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

const double undefined = std::numeric_limits<double>::quiet_NaN();

// The column as a backtest has it.
std::vector<double> simulators_column(const std::string& expression, const Bars& bars) {
    Strategy strategy;
    const NodeId node = parse_expression(strategy.graph, expression);
    const Plan plan = make_column_plan(strategy.graph, node, bars.size());
    CpuSimulator simulator(strategy, plan, bars, {}, Precision::float64, choose_kernels("auto"), 1);
    CpuSimulator::Worker worker(simulator);
    const ColumnView column =
        worker.column(static_cast<int>(plan.columns.size()) - 1, ScenarioBatch{1, 0, 0, {}, {}}, 0);
    std::vector<double> values;
    for (std::size_t t = 0; t < bars.size(); ++t)
        values.push_back(column.bits != nullptr
                             ? static_cast<double>(column.bits[t / 64] >> (t % 64) & 1U)
                             : (std::isnan(column.numbers[t]) ? undefined : column.numbers[t]));
    return values;
}

Ohlcv series_of(const Bars& bars) { return {bars.open, bars.high, bars.low, bars.close, bars.volume}; }

std::vector<double> walk(std::size_t count, std::uint64_t seed = 3) {
    Dice dice(seed);
    return random_bars(dice, count).close;
}

template <class Call>
std::string refusal(Call call) {
    try {
        call();
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was thrown";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// One test's value of an environment variable.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
    ~Variable() { unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
};

} // namespace

TEST_CASE(
    "rules on times and longer bars need the starts of bars, and have the bits of a backtest's columns") {
    const TestMachine machine;
    IndicatorBank bank(machine.options());
    Dice dice(5);
    const Bars bars = random_bars(dice, 700);
    Ohlcv series = series_of(bars);
    for (const std::string expression :
         {"minute + 100 * hour", "htf('15m', ema(close, 3))", "vwap(hlc3, '1h')"}) {
        CAPTURE(expression);
        series.time = {};
        CHECK_THROWS_AS(bank.column(expression, series), InputError);
        const BarTimes times = bar_times(bars);
        series.time = times.start;
        for (const std::string& device : TestMachine::all_devices())
            CHECK(mismatch(bank.column(expression, series, device), simulators_column(expression, bars)) ==
                  "");
    }
}

TEST_CASE("every device gives the bits of a backtest's columns, whatever the bars") {
    const TestMachine machine;
    IndicatorBank bank(machine.options());
    for (const std::string& device : TestMachine::all_devices()) {
        CAPTURE(device);
        CHECK(rc::check("bits on " + device, [&](std::uint64_t seed) {
            Dice dice(seed);
            const Bars bars = random_bars(dice, 1 + dice.below(900), dice.chance(0.3));
            const int period = dice.between(1, 80);
            const std::string n = std::to_string(period);
            const PeriodOptions options{.period = period, .placement = device};
            RC_ASSERT(mismatch(bank.sma(bars.close, options),
                               simulators_column("sma(close, " + n + ")", bars)) == "");
            RC_ASSERT(mismatch(bank.ema(bars.close, options),
                               simulators_column("ema(close, " + n + ")", bars)) == "");
            RC_ASSERT(mismatch(bank.rsi(bars.close, options),
                               simulators_column("rsi(close, " + n + ")", bars)) == "");
            RC_ASSERT(mismatch(bank.atr(series_of(bars), options),
                               simulators_column("atr(" + n + ")", bars)) == "");
            const Bands bands =
                bank.bollinger_bands(bars.close, {.period = period, .std_dev = 1.5, .placement = device});
            const std::string width = "1.5 * stdev(close, " + n + ")";
            RC_ASSERT(mismatch(bands.upper, simulators_column("sma(close, " + n + ") + " + width, bars)) ==
                      "");
            RC_ASSERT(mismatch(bands.middle, simulators_column("sma(close, " + n + ")", bars)) == "");
            RC_ASSERT(mismatch(bands.lower, simulators_column("sma(close, " + n + ") - " + width, bars)) ==
                      "");
            const std::string condition = "crossover(close, sma(close, " + n + ")) or volume > hl2";
            RC_ASSERT(mismatch(bank.column(condition, series_of(bars), device),
                               simulators_column(condition, bars)) == "");
            RC_ASSERT(bank.last_decision().device == device);
        }));
    }
}

TEST_CASE("bands are the moving average and so many population deviations around it") {
    const TestMachine machine;
    IndicatorBank bank(machine.options("cpu"));
    const std::vector<double> close = walk(500);
    const Bands bands = bank.bollinger_bands(close, {.period = 20, .std_dev = 2.0, .placement = dynamic});
    for (std::size_t t = 0; t < close.size(); ++t) {
        if (t < 19) {
            CHECK(std::isnan(bands.upper[t]));
            CHECK(std::isnan(bands.middle[t]));
            CHECK(std::isnan(bands.lower[t]));
            continue;
        }
        long double mean = 0.0;
        long double squares = 0.0;
        for (std::size_t k = t - 19; k <= t; ++k) mean += close[k] / 20.0L;
        for (std::size_t k = t - 19; k <= t; ++k) squares += (close[k] - mean) * (close[k] - mean);
        const auto deviation = static_cast<double>(std::sqrt(squares / 20.0L));
        CHECK(bands.middle[t] == relative(static_cast<double>(mean)).epsilon(1e-12));
        CHECK(bands.upper[t] - bands.middle[t] == relative(2.0 * deviation).epsilon(1e-9));
        CHECK(bands.middle[t] - bands.lower[t] == relative(2.0 * deviation).epsilon(1e-9));
    }
}

TEST_CASE("a window longer than the series is undefined everywhere, and gaps are as on the processor") {
    const TestMachine machine;
    IndicatorBank bank(machine.options());
    std::vector<double> close = walk(200);
    for (const std::size_t t : {0U, 1U, 77U, 150U}) close[t] = undefined;
    const std::vector<double> expected = bank.ema(close, {.period = 10, .placement = cpu});
    for (const std::string& device : TestMachine::all_devices()) {
        CHECK(mismatch(bank.sma(close, {.period = 201, .placement = device}),
                       std::vector<double>(200, undefined)) == "");
        CHECK(mismatch(bank.ema(close, {.period = 10, .placement = device}), expected) == "");
    }
}

TEST_CASE("there is one NaN, whatever a device makes of infinities") {
    const TestMachine machine;
    IndicatorBank bank(machine.options());
    const std::vector<double> infinite(70, HUGE_VAL);
    for (const std::string& device : TestMachine::all_devices())
        CHECK(mismatch(bank.column("close - open", {.open = infinite, .close = infinite}, device),
                       std::vector<double>(70, undefined)) == "");
}

TEST_CASE("what cannot be meant is refused with what is wrong") {
    const TestMachine machine;
    IndicatorBank bank(machine.options());
    const std::vector<double> close = walk(50);
    CHECK(contains(refusal([&] { bank.sma(close, {.period = 0}); }), "sma: period 0 is below 1"));
    CHECK(contains(refusal([&] { bank.bollinger_bands(close, {.period = -3}); }),
                   "bollinger_bands: period -3"));
    CHECK(contains(refusal([&] { bank.bollinger_bands(close, {.std_dev = undefined}); }), "std_dev nan"));
    CHECK(contains(refusal([&] { bank.bollinger_bands(close, {.std_dev = -1.0}); }), "std_dev -1"));
    CHECK(contains(refusal([&] { bank.bollinger_bands(close, {.std_dev = HUGE_VAL}); }), "std_dev inf"));
    CHECK(contains(refusal([&] { bank.sma({}); }), "the series is empty"));
    CHECK(contains(refusal([&] { bank.column("rsi(clse, 14)", {.close = close}); }), "close"));
    CHECK(contains(refusal([&] { bank.atr({.close = close}); }), "'high' is needed for each of the 50 bars"));
    const std::vector<double> shorter(close.begin(), close.end() - 1);
    CHECK(contains(refusal([&] { bank.atr({.high = close, .low = shorter, .close = close}); }),
                   "50 and 49 values: they must be of equal length"));
    CHECK(contains(refusal([&] { bank.sma(close, {.placement = "cuda:7"}); }), "cuda:7"));
    CHECK(contains(refusal([&] { bank.sma(close, {.placement = "cuda"}); }), "means 2 devices"));
    CHECK(
        contains(refusal([&] { IndicatorBank({.settings = "/dev/null", .overrides = {"gpu.enabld=true"}}); }),
                 "enabld"));
}

TEST_CASE("devices are found by UUID too") {
    const TestMachine machine;
    DeviceManager manager(machine.options("cuda"));
    const std::vector<DeviceInfo> devices = manager.devices();
    REQUIRE(devices.size() == 2);
    CHECK(devices[0].uuid != devices[1].uuid);
    const std::vector<double> close = walk(50);
    for (const DeviceInfo& device : devices) {
        manager.bank().sma(close, {.placement = device.uuid});
        CHECK(manager.bank().last_decision().device == device.id);
    }
}

TEST_CASE("a little work is done on the processor, without a driver being opened") {
    const Variable faults("THREADX_FAULTS", "cuda:0 open 1 lost; cuda:1 open 1 lost");
    const TestMachine machine;
    IndicatorBank bank(machine.options());
    const std::vector<double> close = walk(1000);
    bank.sma(close);
    CHECK(bank.last_decision().device == "cpu");
    CHECK(bank.last_decision().reason == "cpu: this work is not known yet, it is measured here first");
    bank.sma(close);
    CHECK(contains(bank.last_decision().reason, "finding and starting a GPU takes 300 ms"));
    CHECK(machine.log() == "");
}

TEST_CASE("GPUs are looked for when the processor has spent as long on such work as finding them takes") {
    const TestMachine machine;
    const std::vector<double> close = walk(500);
    IndicatorBank(machine.options()).sma(close, {.placement = "cuda:0"});
    std::vector<std::string> warnings;
    ProfileFile(machine.profiles())
        .change(
            [](Profiles& profiles) {
                for (auto& [key, profile] : profiles.entries)
                    if (key.work.tag == "start")
                        profile.rate =
                            RateEstimate({.seconds = 0.02, .log_variance = 0.0, .count = 9, .outliers = {}});
            },
            warnings);
    IndicatorBank bank(machine.options());
    int calls = 0;
    do {
        bank.sma(close);
        ++calls;
    } while (bank.last_decision().predictions.size() == 1 && calls < 100'000);
    CHECK(bank.last_decision().predictions.size() == 3);
    CHECK(calls > 1);
}

TEST_CASE("what was measured is kept from bank to bank, and decides") {
    const TestMachine machine;
    const std::vector<double> close = walk(20000);
    std::vector<double> expected;
    {
        IndicatorBank bank(machine.options("cpu,cuda:0"));
        expected = bank.sma(close, {.placement = cpu});
        bank.sma(close, {.placement = "cuda:0"});
    }
    const auto change = [&](const std::string& slow, double factor) {
        std::vector<std::string> warnings;
        ProfileFile(machine.profiles())
            .change(
                [&](Profiles& profiles) {
                    int found = 0;
                    for (auto& [key, profile] : profiles.entries) {
                        if (key.work.tag == "start")
                            profile.rate = RateEstimate(
                                {.seconds = 1e-9, .log_variance = 0.0, .count = 9, .outliers = {}});
                        if (key.work.tag != "indicator/sma" || !profile.device.starts_with(slow + " "))
                            continue;
                        profile.rate = RateEstimate({.seconds = profile.rate.item_seconds() * factor,
                                                     .log_variance = 0.0,
                                                     .count = 9,
                                                     .outliers = {}});
                        ++found;
                    }
                    CHECK(found == 1);
                },
                warnings);
        CHECK(warnings.empty());
    };
    for (const std::string slow : {"cpu", "cuda:0"}) {
        CAPTURE(slow);
        change(slow, 1e4);
        IndicatorBank bank(machine.options("cpu,cuda:0"));
        CHECK(mismatch(bank.sma(close, {.placement = dynamic}), expected) == "");
        const Decision decision = bank.last_decision();
        CHECK(decision.device == (slow == "cpu" ? "cuda:0" : "cpu"));
        CHECK(contains(decision.reason, " of work, " + slow + " takes "));
        REQUIRE(decision.predictions.size() == 2);
        CHECK(decision.predictions[0].starts_with("cpu: "));
        CHECK(decision.predictions[1].starts_with("cuda:0: "));
        change(slow, 1e-4);
    }
}

TEST_CASE("a device that is not known is tried once where the processor takes long, and measured without its "
          "first time") {
    const TestMachine machine;
    const std::vector<double> close = walk(2000);
    const std::vector<double> expected = IndicatorBank(machine.options("cpu")).sma(close);
    std::vector<std::string> warnings;
    ProfileFile(machine.profiles())
        .change(
            [](Profiles& profiles) {
                for (auto& [key, profile] : profiles.entries)
                    profile.rate =
                        RateEstimate({.seconds = 1e-3, .log_variance = 0.0, .count = 9, .outliers = {}});
            },
            warnings);
    IndicatorBank bank(machine.options("cpu,cuda:0"));
    CHECK(mismatch(bank.sma(close), expected) == "");
    CHECK(bank.last_decision().device == "cuda:0");
    CHECK(contains(bank.last_decision().reason, "cuda:0: tried, because little is known"));
    CHECK(mismatch(bank.sma(close), expected) == "");
    CHECK(contains(bank.last_decision().reason, "cuda:0: "));
    CHECK(contains(bank.last_decision().reason, "cpu takes 2 s")); // a millisecond a bar
}

TEST_CASE("a device that was chosen and fails leaves the work to the processor, with the reason") {
    const TestMachine machine;
    const std::vector<double> close = walk(3000);
    const std::vector<double> expected = IndicatorBank(machine.options("cpu")).ema(close);
    const Variable faults("THREADX_FAULTS", "cuda:0 download 3 lost");
    IndicatorBank bank(machine.options("cuda:0"));
    for (int i = 0; i < 3; ++i) {
        CAPTURE(i);
        CHECK(mismatch(bank.ema(close, {.placement = dynamic}), expected) == "");
    }
    CHECK(bank.last_decision().device == "cpu");
    const std::string said = "cpu: cuda:0 was to do it, but ";
    CHECK(contains(machine.log(), said));
    CHECK(machine.log().find(said) == machine.log().rfind(said)); // it is not tried again
    CHECK_THROWS_AS(bank.ema(close, {.placement = "cuda:0"}), DeviceError);
}

TEST_CASE("a named device that is out of memory says so, and is used again afterwards") {
    const Variable faults("THREADX_FAULTS", "cuda:0 allocate 12 out_of_memory");
    const TestMachine machine;
    IndicatorBank bank(machine.options());
    int failures = 0;
    for (std::size_t count = 1000; count <= 64000; count *= 2) {
        const std::vector<double> close = walk(count);
        try {
            CHECK(mismatch(bank.sma(close, {.placement = "cuda:0"}), bank.sma(close, {.placement = cpu})) ==
                  "");
        } catch (const DeviceError& error) {
            CHECK(contains(error.what(), "cuda:0"));
            ++failures;
        }
    }
    CHECK(failures <= 1);
}
