#include "bench/placement_regret.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "base/stopwatch.hpp"
#include "bench/fixed_shares.hpp"
#include "bench/medians.hpp"
#include "bench/row_collector.hpp"
#include "market/time_text.hpp"

namespace threadx {

const char* const placement_sweep = R"([strategy]
use = "bollinger_atr"
[space]
bb_period = { from = 10, to = 100, step = 10 }
entry_z = { min = 1.0, max = 2.8 }
atr_period = { from = 7, to = 34, step = 3 }
atr_multiplier = { min = 1.0, max = 5.5 }
[sampler]
kind = "monte_carlo"
scenarios = 100000000
seed = 42
[execution]
fee = 0.0005
slippage = 0.0001
)";

namespace {

constexpr std::uint64_t pilot_scenarios = 256;
constexpr double least_pilot_seconds = 0.02;
constexpr double largest_pilot_seconds = 0.4;
constexpr int pilots = 3;        // the first tells how many scenarios the next are of
constexpr double hopeless = 1.5; // times the best of the fixed shares: not measured again
constexpr double too_soon = 0.9; // of the time that was asked for: begun again with more scenarios

// Devices that are done within this part of the time of the last have worked together: a rate of one that was
// alone for longer is not what it does beside others.
constexpr double together = 0.8;

std::vector<BalanceShare> named(const std::vector<DeviceProperties>& devices,
                                const std::vector<double>& shares) {
    std::vector<BalanceShare> out;
    for (std::size_t i = 0; i < devices.size(); ++i) out.push_back({devices[i].id, shares[i]});
    return out;
}

std::string name_of(const std::vector<DeviceProperties>& devices, const std::vector<double>& shares) {
    std::string text;
    for (std::size_t i = 0; i < devices.size(); ++i)
        text += fmt::format("{}{} {:.1f} %", text.empty() ? "" : ", ", devices[i].id, 100.0 * shares[i]);
    return text;
}

// One case being measured.
class Measuring {
  public:
    Measuring(const PlacementCase& where, const PlacementSetup& setup) : where_(where), setup_(setup) {
        options_.workers = where.workers;
        options_.instruction_set = where.instruction_set.empty() ? "auto" : where.instruction_set;
        options_.stop = setup.stop;
        options_.on_measured = [this](const std::vector<Observation>& observations) {
            for (const Observation& observation : observations) learnt_.add(observation, utc_now());
        };
    }

    bool interrupted() const { return setup_.stop != nullptr && setup_.stop->load(); }

    // What each device does in a second while all run; what is measured on the way, of all together and of
    // each alone, is learnt().
    std::vector<double> find_rates() {
        const std::size_t count = where_.devices.size();
        std::vector<double> rates(count, 1.0);
        const double seconds = std::clamp(where_.seconds, least_pilot_seconds, largest_pilot_seconds);
        std::uint64_t scenarios = pilot_scenarios * count;
        for (int pilot = 0; pilot < pilots && !interrupted(); ++pilot) {
            PlacementWay way = {"pilot", shares_of(rates), {}};
            run(way, scenarios);
            if (interrupted()) break;
            const double all = sum(rates = way.rates_of_runs.front());
            for (double& rate : rates) rate = std::max(rate, 1e-3 * all);
            scenarios = std::max(pilot_scenarios, static_cast<std::uint64_t>(all * seconds));
        }
        for (std::size_t i = 0; i < count && !interrupted(); ++i) { // what a calibration knows: each alone
            std::vector<double> alone(count, 0.0);
            alone[i] = 1.0;
            PlacementWay way = {"pilot", std::move(alone), {}};
            run(way, std::max(pilot_scenarios, static_cast<std::uint64_t>(rates[i] * seconds)));
        }
        options_.on_measured = {}; // from here on everybody starts with the same profiles
        return rates;
    }

    const Profiles& learnt() const { return learnt_; }

    static double sum(const std::vector<double>& values) {
        return std::accumulate(values.begin(), values.end(), 0.0);
    }
    static std::vector<double> shares_of(const std::vector<double>& rates) {
        std::vector<double> shares = rates;
        for (double& share : shares) share /= sum(rates);
        return shares;
    }

    // Adds a run to the way's; the hash of its rows.
    std::string run(PlacementWay& way, std::uint64_t scenarios) {
        const IdRange range = {0, scenarios};
        RowCollector rows;
        const auto deliver = [&](RowBlock block) { rows.add(std::move(block)); };
        const Stopwatch clock;
        RunResult result;
        if (way.shares.empty()) {
            RunOptions options = options_;
            setup_.started.use(where_.devices, options);
            options.profiles = way.profiles;
            result = run_sweep(setup_.sweep, {range}, options, deliver);
        } else {
            result = run_with_shares(setup_.sweep, range, named(where_.devices, way.shares), where_.devices,
                                     setup_.started, options_, deliver);
        }
        way.seconds_of_runs.push_back(clock.seconds());
        if (!way.shares.empty()) add_rates(way, range, rows);
        way.done.clear();
        for (const DeviceProperties& device : where_.devices) {
            way.done.push_back(0.0);
            for (const DeviceWork& work : result.devices)
                if (work.id == device.id)
                    way.done.back() = static_cast<double>(work.scenarios) / static_cast<double>(scenarios);
        }
        for (const std::string& note : result.notes)
            if (note.find(" left idle") == std::string::npos && notes_.find(note) == std::string::npos)
                notes_ += (notes_.empty() ? "" : "; ") + note;
        return rows.hash(setup_.sweep.schema());
    }

    const std::string& notes() const { return notes_; } // what did not go as planned

  private:
    void add_rates(PlacementWay& way, IdRange range, const RowCollector& rows) const {
        std::vector<double>& rates = way.rates_of_runs.emplace_back();
        for (const IdRange& part : parts_of(range, named(where_.devices, way.shares)))
            rates.push_back(part.size() == 0 ? 0.0
                                             : static_cast<double>(part.size()) / rows.seconds_until(part));
    }

    const PlacementCase& where_;
    const PlacementSetup& setup_;
    RunOptions options_;
    Profiles learnt_;
    std::string notes_;
};

// All ways with whole numbers of `steps` for each device.
void grid(std::size_t devices, int steps, std::vector<double>& begun, int left,
          std::vector<std::vector<double>>& out) {
    if (begun.size() + 1 == devices) {
        out.push_back(begun);
        out.back().push_back(static_cast<double>(left) / steps);
        return;
    }
    for (int step = left; step >= 0; --step) {
        begun.push_back(static_cast<double>(step) / steps);
        grid(devices, steps, begun, left - step, out);
        begun.pop_back();
    }
}

} // namespace

bool PlacementCase::has_cpu() const {
    return std::any_of(devices.begin(), devices.end(),
                       [](const DeviceProperties& device) { return device.kind == DeviceKind::cpu; });
}

std::string PlacementCase::title() const {
    std::string text;
    for (const DeviceProperties& device : devices)
        text += fmt::format(
            "{}{}{}", text.empty() ? "" : ", ", device.id,
            device.kind == DeviceKind::cpu ? fmt::format(" ({} x{})", instruction_set, workers) : "");
    return fmt::format("{}: {:g} s", text, seconds);
}

double PlacementWay::seconds() const { return median(seconds_of_runs); }

void PlacementWay::forget() {
    seconds_of_runs.clear();
    rates_of_runs.clear();
    measured_fully = true;
}

const PlacementWay& PlacementResult::best_fixed() const {
    const PlacementWay* best = nullptr;
    for (const PlacementWay& way : ways)
        if (!way.shares.empty() && way.measured_fully && (best == nullptr || way.seconds() < best->seconds()))
            best = &way;
    return *best;
}

double PlacementResult::regret_by_rounds(const PlacementWay& way) const {
    const std::size_t rounds = way.seconds_of_runs.size();
    if (rounds < 3 || rounds != best_fixed().seconds_of_runs.size()) return regret(way);
    std::vector<double> regrets;
    for (std::size_t round = 0; round < rounds; ++round) {
        double least = 0.0, in_round = 0.0;
        for (const PlacementWay& rival : ways) {
            if (rival.shares.empty() || !rival.measured_fully) continue;
            std::vector<double> others = rival.seconds_of_runs;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(round));
            const double seconds = median(others);
            if (in_round > 0.0 && seconds >= least) continue;
            least = seconds;
            in_round = rival.seconds_of_runs[round];
        }
        regrets.push_back(way.seconds_of_runs[round] / in_round - 1.0);
    }
    return median(regrets);
}

double PlacementResult::ideal_seconds() const {
    double least = best_fixed().seconds();
    for (const PlacementWay& way : ways) {
        if (way.shares.empty() || !way.measured_fully) continue;
        double all = 0.0, first_done = 0.0, last_done = 0.0;
        for (std::size_t i = 0; i < way.shares.size(); ++i) {
            std::vector<double> rates;
            for (const std::vector<double>& of_run : way.rates_of_runs) rates.push_back(of_run[i]);
            const double rate = median(rates);
            if (rate == 0.0) continue;
            const double done = way.shares[i] * static_cast<double>(scenarios) / rate;
            first_done = all == 0.0 ? done : std::min(first_done, done);
            last_done = std::max(last_done, done);
            all += rate;
        }
        if (first_done >= together * last_done) least = std::min(least, static_cast<double>(scenarios) / all);
    }
    return least;
}

std::vector<std::vector<double>> fixed_shares(const std::vector<double>& ideal) {
    std::vector<std::vector<double>> out;
    std::vector<double> begun;
    const int steps = ideal.size() == 2 ? 10 : 4;
    grid(ideal.size(), steps, begun, steps, out);
    out.push_back(ideal);
    for (std::size_t device = 0; device < ideal.size(); ++device)
        for (const double more : {0.02, 0.05}) { // for one, from all others by what they have
            if (ideal[device] + more >= 1.0) continue;
            std::vector<double> shares = ideal;
            for (double& share : shares) share *= 1.0 - more / (1.0 - ideal[device]);
            shares[device] = ideal[device] + more;
            out.push_back(std::move(shares));
        }
    return out;
}

Profiles wrong_profiles(const Profiles& right, const std::string& uuid, double factor) {
    Profiles out = right;
    for (auto& [key, profile] : out.entries) {
        if (key.work.uuid != uuid || !key.work.tag.starts_with("sim/")) continue;
        RateEstimate::State state = profile.rate.state();
        state.seconds *= factor;
        state.outliers.clear();
        profile.rate = RateEstimate(state);
    }
    return out;
}

std::optional<PlacementResult> measure_placement(const PlacementCase& where, const PlacementSetup& setup) {
    Measuring measuring(where, setup);
    const std::vector<double> rates = measuring.find_rates();
    if (measuring.interrupted()) return std::nullopt;
    PlacementResult out;
    out.where = where;
    out.scenarios = std::clamp<std::uint64_t>(
        static_cast<std::uint64_t>(Measuring::sum(rates) * where.seconds), 1, setup.sweep.range().size());
    for (std::vector<double>& shares : fixed_shares(Measuring::shares_of(rates)))
        out.ways.push_back({name_of(where.devices, shares), std::move(shares), {}});
    out.ways.push_back({"guided, nothing known", {}, {}});
    out.ways.push_back({"guided", {}, measuring.learnt()});
    for (const DeviceProperties& device : where.devices)
        for (const auto& [factor, text] :
             {std::pair{5.0, "5 times too slow"}, std::pair{0.2, "5 times too fast"}})
            out.ways.push_back({fmt::format("guided, {} known as {}", device.id, text),
                                {},
                                wrong_profiles(measuring.learnt(), device.uuid, factor)});
    bool sized = false;
    for (int round = 0; round < setup.rounds; ++round) {
        for (PlacementWay& way : out.ways) {
            if (!way.measured_fully) continue;
            const std::string hash = measuring.run(way, out.scenarios);
            if (measuring.interrupted()) return std::nullopt;
            if (out.hash.empty()) out.hash = hash;
            if (hash != out.hash) out.wrong = fmt::format("{}: other rows, hash {:.12}", way.name, hash);
        }
        const double best = out.best_fixed().seconds();
        if (!std::exchange(sized, true) && best < too_soon * where.seconds) {
            // Pilots measure devices beside each other; one that is better off alone is done earlier.
            out.scenarios = std::min<std::uint64_t>(
                static_cast<std::uint64_t>(static_cast<double>(out.scenarios) * where.seconds / best),
                setup.sweep.range().size());
            out.hash.clear();
            for (PlacementWay& way : out.ways) way.forget();
            round = -1;
            continue;
        }
        for (PlacementWay& way : out.ways)
            way.measured_fully =
                way.measured_fully && (way.shares.empty() || way.seconds() < hopeless * best);
    }
    if (!measuring.notes().empty()) out.wrong = measuring.notes();
    return out;
}

} // namespace threadx
