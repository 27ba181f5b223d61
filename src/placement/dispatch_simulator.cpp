#include "placement/dispatch_simulator.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace threadx {
namespace {

constexpr double never = SimulatedDevice::never;

// Of device i, while these work.
double slowdown_among(const Simulation& simulation, std::size_t i, const std::vector<std::size_t>& working) {
    const SimulatedDevice& device = simulation.devices[i];
    if (device.told.model.processor_threads <= 0.0) return 1.0;
    double threads = 0.0;
    for (const std::size_t j : working) threads += simulation.devices[j].told.model.processor_threads;
    const bool alone = threads <= device.told.model.processor_threads;
    return device.beside > 0.0 && !alone ? device.beside : std::max(1.0, threads / simulation.options.cores);
}

class Simulator {
  public:
    explicit Simulator(const Simulation& simulation)
        : simulation_(simulation), dispatcher_({{0, simulation.ids}}, simulation.options),
          random_(simulation.seed), states_(simulation.devices.size()) {
        result_.ids.resize(states_.size());
        for (std::size_t i = 0; i < states_.size(); ++i) {
            dispatcher_.add(simulation.devices[i].told);
            states_[i].idle = simulation.devices[i].told.workers;
            for (std::size_t k = 0; k < states_[i].idle; ++k) order_.push_back(i);
        }
        std::uint64_t company = 0;
        for (std::size_t i = 0; i < states_.size(); ++i) company |= dispatcher_.processor_bit(i);
        for (std::size_t i = 0; i < states_.size(); ++i)
            if (const SimulatedDevice& device = simulation.devices[i]; device.beside_known)
                dispatcher_.know_together(i, company,
                                          {device.cost.batch_seconds * device.beside,
                                           device.told.model.cost.item_seconds * device.beside, 0.0});
    }

    SimulationResult run() {
        for (;;) {
            start_devices();
            ask_all();
            const double next = next_event();
            if (next == never) break;
            advance(next);
            happen();
        }
        std::sort(done_.begin(), done_.end(),
                  [](const IdRange& a, const IdRange& b) { return a.first < b.first; });
        std::uint64_t at = 0;
        result_.complete = true;
        for (const IdRange& range : done_) {
            result_.complete = result_.complete && range.first == at;
            at = range.last;
        }
        result_.complete = result_.complete && at == simulation_.ids;
        result_.ideal = ideal_seconds(simulation_);
        return result_;
    }

  private:
    struct Batch {
        IdRange range;
        double taken = 0.0;
        double left = 0.0;  // seconds of the whole device, alone
        double once = 0.0;  // of those, for what is done once
        double whole = 0.0; // `left` at first
    };
    struct State {
        double ready_at = never;
        bool ready = false;
        bool dead = false;
        std::size_t idle = 0;
        std::uint64_t taken = 0;
        std::vector<Batch> under_way;
    };

    void start_devices() {
        for (std::size_t i = 0; i < states_.size(); ++i) {
            State& state = states_[i];
            const double start = simulation_.devices[i].told.model.start_seconds;
            if (state.ready || state.dead || state.ready_at < never) continue;
            if (start <= 0.0)
                state.ready = true;
            else if (dispatcher_.wanted(i, now_))
                state.ready_at = now_ + start;
        }
    }

    // In any order, as threads come.
    void ask_all() {
        std::shuffle(order_.begin(), order_.end(), random_);
        for (const std::size_t i : order_) {
            State& state = states_[i];
            if (!state.ready || state.dead || state.idle == 0) continue;
            const Dispatcher::Grant grant = dispatcher_.take(i, now_);
            if (grant.answer != Dispatcher::Answer::batch) continue;
            const SimulatedDevice& device = simulation_.devices[i];
            double seconds = device.cost.seconds(static_cast<double>(grant.range.size()));
            seconds *= std::exp(device.noise * std::normal_distribution<double>()(random_));
            if (std::uniform_real_distribution<double>()(random_) < device.slow_probability)
                seconds *= device.slow_factor;
            if (state.taken == 0) seconds += device.first_seconds;
            const double before = once_seconds(device.once, static_cast<double>(state.taken));
            state.taken += grant.range.size();
            const double once = once_seconds(device.once, static_cast<double>(state.taken)) - before;
            state.under_way.push_back({grant.range, now_, seconds + once, once, seconds + once});
            --state.idle;
            ++result_.batches;
        }
    }

    // What of a second each of the device's batches gets.
    double speed_of_batch(std::size_t i) const {
        const State& state = states_[i];
        const SimulatedDevice& device = simulation_.devices[i];
        double speed = device.rate_at(now_) / static_cast<double>(state.under_way.size());
        std::vector<std::size_t> busy;
        for (std::size_t j = 0; j < states_.size(); ++j)
            if (!states_[j].under_way.empty()) busy.push_back(j);
        speed /= slowdown_among(simulation_, i, busy);
        return speed;
    }

    double next_event() const {
        double next = never;
        const auto at = [&](double time) {
            if (time > now_) next = std::min(next, time);
        };
        bool busy = false;
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const State& state = states_[i];
            if (!state.ready && !state.dead) at(state.ready_at);
            if (!state.ready && state.ready_at < never) busy = true;
            if (state.under_way.empty()) continue;
            busy = true;
            const double speed = speed_of_batch(i);
            for (const Batch& batch : state.under_way)
                if (speed > 0.0) next = std::min(next, now_ + batch.left / speed);
        }
        if (!busy) return never;
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const SimulatedDevice& device = simulation_.devices[i];
            if (states_[i].dead) continue;
            at(device.changes_at);
            at(device.stalls_at);
            at(device.stalls_at + device.stall_seconds);
            at(device.dies_at);
        }
        return next;
    }

    void advance(double to) {
        std::vector<double> speeds(states_.size(), 0.0);
        for (std::size_t i = 0; i < states_.size(); ++i)
            if (!states_[i].under_way.empty()) speeds[i] = speed_of_batch(i);
        for (std::size_t i = 0; i < states_.size(); ++i) {
            for (Batch& batch : states_[i].under_way) {
                // by the same sum that chose this moment: what is left over by rounding would never end
                const bool ends = speeds[i] > 0.0 && now_ + batch.left / speeds[i] <= to;
                batch.left = ends ? 0.0 : batch.left - (to - now_) * speeds[i];
            }
            if (states_[i].ready && !states_[i].dead && states_[i].under_way.empty())
                result_.idle += to - now_;
        }
        now_ = to;
    }

    void happen() {
        for (std::size_t i = 0; i < states_.size(); ++i) {
            State& state = states_[i];
            if (!state.ready && !state.dead && state.ready_at <= now_) {
                state.ready = true;
                dispatcher_.started(i, now_);
            }
            for (std::size_t k = 0; k < state.under_way.size();) {
                const Batch batch = state.under_way[k];
                if (batch.left > 0.0) {
                    ++k;
                    continue;
                }
                state.under_way.erase(state.under_way.begin() + static_cast<std::ptrdiff_t>(k));
                ++state.idle;
                // what is done once is told apart, as it lasts beside others
                const double part = batch.once / batch.whole;
                dispatcher_.finished(i, batch.range, (1.0 - part) * (now_ - batch.taken), now_);
                done_.push_back(batch.range);
                result_.ids[i] += batch.range.size();
                result_.seconds = now_;
            }
            if (state.dead || now_ < simulation_.devices[i].dies_at) continue;
            state.dead = true;
            for (const Batch& batch : state.under_way) dispatcher_.give_back(i, batch.range, now_);
            state.under_way.clear();
            dispatcher_.leave(i, now_);
        }
    }

    const Simulation& simulation_;
    Dispatcher dispatcher_;
    std::mt19937_64 random_;
    std::vector<State> states_;
    std::vector<std::size_t> order_; // a device for each of its workers
    std::vector<IdRange> done_;
    double now_ = 0.0;
    SimulationResult result_;
};

} // namespace

double SimulatedDevice::rate_at(double time) const {
    if (time >= dies_at || (time >= stalls_at && time < stalls_at + stall_seconds)) return 0.0;
    return time >= changes_at ? changed_rate : 1.0;
}

double SimulatedDevice::work_by(double time) const {
    std::vector<double> cuts = {0.0, changes_at, stalls_at, stalls_at + stall_seconds, dies_at, time};
    std::sort(cuts.begin(), cuts.end());
    double out = 0.0;
    for (std::size_t i = 0; i + 1 < cuts.size() && cuts[i] < time; ++i)
        out += (cuts[i + 1] - cuts[i]) * rate_at(cuts[i]);
    return out;
}

double ideal_seconds(const Simulation& simulation) {
    const auto& devices = simulation.devices;
    const auto ids = static_cast<double>(simulation.ids);
    double best = never;
    for (std::size_t set = 1; set < std::size_t{1} << devices.size(); ++set) {
        std::vector<std::size_t> working;
        for (std::size_t i = 0; i < devices.size(); ++i)
            if ((set >> i & 1U) != 0) working.push_back(i);
        const auto done_by = [&](double time) {
            double done = 0.0;
            for (std::size_t i = 0; i < devices.size(); ++i) {
                const SimulatedDevice& device = devices[i];
                const double start = device.told.model.start_seconds;
                if ((set >> i & 1U) == 0 || time <= start) continue;
                const double slowdown = slowdown_among(simulation, i, working);
                const double work = (device.work_by(time) - device.work_by(start)) / slowdown;
                const double items = Contributor{device.cost.batch_seconds, device.cost.item_seconds,
                                                 device.cost.least_items, device.once}
                                         .done_by(work);
                if (items > 0.0) done += items;
            }
            return done;
        };
        double high = 1e-3;
        while (high < 1e9 && done_by(high) < ids) high *= 2.0;
        if (high >= 1e9) continue;
        double low = 0.0;
        for (int i = 0; i < 60; ++i) {
            const double middle = 0.5 * (low + high);
            (done_by(middle) >= ids ? high : low) = middle;
        }
        best = std::min(best, high);
    }
    return best;
}

SimulationResult simulate(const Simulation& simulation) { return Simulator(simulation).run(); }

} // namespace threadx
