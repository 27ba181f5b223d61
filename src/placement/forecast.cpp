#include "placement/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "placement/water_filling.hpp"

namespace threadx {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double worth_a_device = 0.01; // of the time
constexpr double mostly = 0.5;          // of the time
constexpr std::size_t most_for_all_sets = 10;

// What a set of devices makes of the processor.
struct Company {
    double slowdown = 1.0;
    std::uint64_t bits = 0;
};

// Whoever is not used has the processor too while it is at what it took before: all the time, if that lasts
// most of the `seconds`.
Company company_of(std::span<const DeviceModel> devices, std::span<const std::size_t> used, double cores,
                   double seconds) {
    double threads = 0.0;
    Company out;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const bool among = std::find(used.begin(), used.end(), i) != used.end();
        if (!among && devices[i].busy_seconds < mostly * seconds) continue;
        threads += devices[i].processor_threads;
        if (devices[i].cost.known()) out.bits |= devices[i].processor_bit;
    }
    out.slowdown = std::max(1.0, threads / cores);
    return out;
}

double slowdown_of(const DeviceModel& device, const Company& company) {
    if (device.processor_threads <= 0.0 || company.slowdown <= 1.0) return 1.0;
    const auto measured = device.together.find(company.bits);
    return measured == device.together.end() || !device.cost.known()
               ? company.slowdown
               : measured_slowdown(measured->second, device.cost.item_seconds, company.slowdown);
}

Contributor contributor_of(const DeviceModel& device, const Company& company) {
    const double slowdown = slowdown_of(device, company);
    return {device.start_seconds + (device.busy_seconds + device.cost.batch_seconds) * slowdown,
            device.cost.item_seconds * slowdown, device.cost.least_items, slower(device.once, slowdown)};
}

// When a device is done with the batches that it has: those who are used slow it as long as they work, for
// `seconds`.
double end_of_batches(const DeviceModel& device, const Company& company, double seconds) {
    const double slowdown = slowdown_of(device, company);
    const double slowed = device.busy_seconds * slowdown;
    return slowed <= seconds ? slowed : device.busy_seconds + seconds * (1.0 - 1.0 / slowdown);
}

struct Finish {
    double seconds = infinite;
    Company company;
};

// Of a set, without the shares. `workers`: room that is used again.
Finish finish_of(std::span<const DeviceModel> devices, std::span<const std::size_t> used, double items,
                 double cores, std::vector<Contributor>& workers) {
    const auto in_company = [&](const Company& company) {
        workers.clear();
        for (const std::size_t i : used)
            if (devices[i].cost.known()) workers.push_back(contributor_of(devices[i], company));
        Finish out = {workers.empty() ? infinite : time_to_finish(workers, items), company};
        for (const DeviceModel& device : devices)
            if (device.busy_seconds > 0.0)
                out.seconds = std::max(out.seconds, end_of_batches(device, company, out.seconds));
        return out;
    };
    const Finish alone = in_company(company_of(devices, used, cores, infinite));
    const Company beside = company_of(devices, used, cores, alone.seconds);
    return beside.bits == alone.company.bits && beside.slowdown == alone.company.slowdown
               ? alone
               : in_company(beside);
}

// What the finish is taken for where sets are compared. Devices that are to end together take ever smaller
// batches, down to the least that is worth one; each costs its overhead, which a device alone saves.
double believed_finish_of(std::span<const DeviceModel> devices, std::span<const std::size_t> used,
                          double items, double cores, std::vector<Contributor>& workers) {
    const auto [seconds, company] = finish_of(devices, used, items, cores, workers);
    if (workers.size() < 2 || !std::isfinite(seconds)) return seconds;
    workers.clear();
    for (const std::size_t i : used) {
        if (!devices[i].cost.known()) continue;
        Contributor& worker = workers.emplace_back(contributor_of(devices[i], company));
        const double overhead = devices[i].cost.batch_seconds * slowdown_of(devices[i], company);
        const double least = std::max(least_batch_seconds, least_batch_overheads * overhead);
        worker.ready += overhead * std::log2(std::max(1.0, seconds / least));
    }
    return std::max(seconds, time_to_finish(workers, items));
}

// Of all sets of `known` the fastest, or one with fewer devices that is hardly slower.
std::vector<std::size_t> best_of_all_sets(std::span<const DeviceModel> devices,
                                          const std::vector<std::size_t>& known, double items, double cores) {
    const std::size_t sets = std::size_t{1} << known.size();
    std::vector<double> seconds(sets, infinite);
    std::vector<std::size_t> used;
    std::vector<Contributor> workers;
    const auto devices_of = [&](std::size_t set) {
        used.clear();
        for (std::size_t i = 0; i < known.size(); ++i)
            if ((set >> i & 1U) != 0) used.push_back(known[i]);
    };
    double least = infinite;
    for (std::size_t set = 1; set < sets; ++set) {
        devices_of(set);
        seconds[set] = believed_finish_of(devices, used, items, cores, workers);
        least = std::min(least, seconds[set]);
    }
    std::size_t best = 0;
    for (std::size_t set = 1; set < sets; ++set) {
        if (seconds[set] > least * (1.0 + worth_a_device)) continue;
        const int more = __builtin_popcountll(set) - __builtin_popcountll(best);
        if (best == 0 || more < 0 || (more == 0 && seconds[set] < seconds[best])) best = set;
    }
    devices_of(best);
    return used;
}

// From the fastest device on, always the one that helps most; then those go that hardly do.
std::vector<std::size_t> best_found_greedily(std::span<const DeviceModel> devices,
                                             const std::vector<std::size_t>& known, double items,
                                             double cores) {
    std::vector<std::size_t> set;
    std::vector<std::size_t> rest = known;
    std::vector<Contributor> workers;
    double seconds = infinite;
    while (!rest.empty()) {
        std::size_t best = rest.size();
        for (std::size_t i = 0; i < rest.size(); ++i) {
            set.push_back(rest[i]);
            const double with = believed_finish_of(devices, set, items, cores, workers);
            set.pop_back();
            if (with < seconds) {
                seconds = with;
                best = i;
            }
        }
        if (best == rest.size()) break;
        set.push_back(rest[best]);
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(best));
    }
    const double limit = seconds * (1.0 + worth_a_device);
    for (std::size_t i = set.size(); i-- > 0 && set.size() > 1;) { // those added last helped least
        std::vector<std::size_t> without = set;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
        if (believed_finish_of(devices, without, items, cores, workers) <= limit) set = without;
    }
    return set;
}

// A part of a second, as people read it.
std::string time_text(double seconds) {
    if (seconds < 0.1) return fmt::format("{:.1f} ms", 1e3 * seconds);
    return seconds < 1.0 ? fmt::format("{:.2f} s", seconds) : fmt::format("{:.1f} s", seconds);
}

} // namespace

double processor_slowdown(std::span<const DeviceModel> devices, std::span<const std::size_t> used,
                          double cores) {
    double threads = 0.0;
    for (const std::size_t i : used) threads += devices[i].processor_threads;
    return std::max(1.0, threads / cores);
}

Forecast forecast_of(std::span<const DeviceModel> devices, std::span<const std::size_t> used, double items,
                     double cores) {
    Forecast out;
    out.devices.assign(used.begin(), used.end());
    std::sort(out.devices.begin(), out.devices.end());
    out.shares.assign(devices.size(), 0.0);
    std::vector<Contributor> workers;
    const Finish finish = finish_of(devices, used, items, cores, workers);
    out.seconds = finish.seconds;
    if (out.devices.empty()) return out;
    if (!std::isfinite(out.seconds) || items <= 0.0) {
        for (const std::size_t i : out.devices) out.shares[i] = 1.0 / static_cast<double>(out.devices.size());
        return out;
    }
    // Who comes with its first result just at the end does what the others leave.
    double done = 0.0;
    std::size_t last = devices.size();
    for (const std::size_t i : out.devices) {
        if (!devices[i].cost.known()) continue;
        const Contributor worker = contributor_of(devices[i], finish.company);
        out.shares[i] = worker.done_by(out.seconds);
        done += out.shares[i];
        if (out.shares[i] > 0.0 && worker.first_result() >= out.seconds) last = i;
    }
    if (last != devices.size() && done > items) {
        const double others = done - out.shares[last];
        out.shares[last] = std::max(items - others, 0.0);
        done = others + out.shares[last];
    }
    for (double& share : out.shares) share /= done;
    return out;
}

Forecast best_forecast(std::span<const DeviceModel> devices, double items, double cores) {
    std::vector<std::size_t> known;
    std::vector<std::size_t> used;
    for (std::size_t i = 0; i < devices.size(); ++i) (devices[i].cost.known() ? known : used).push_back(i);
    const std::vector<std::size_t> best = known.size() <= most_for_all_sets
                                              ? best_of_all_sets(devices, known, items, cores)
                                              : best_found_greedily(devices, known, items, cores);
    Forecast out = forecast_of(devices, best, items, cores);
    if (best.empty()) return forecast_of(devices, used, items, cores);
    out.devices.insert(out.devices.end(), used.begin(), used.end());
    std::sort(out.devices.begin(), out.devices.end());
    return out;
}

std::vector<std::string> idle_reasons(std::span<const DeviceModel> devices, const Forecast& forecast,
                                      double items, double cores) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const DeviceModel& device = devices[i];
        if (std::binary_search(forecast.devices.begin(), forecast.devices.end(), i)) continue;
        const double first_result = contributor_of(device, {}).first_result();
        const DeviceModel* rival = nullptr; // the fastest of those that have the processor
        for (const std::size_t j : forecast.devices) {
            const DeviceModel& other = devices[j];
            if (other.processor_threads > 0.0 && other.cost.known() &&
                (rival == nullptr || other.cost.item_seconds < rival->cost.item_seconds))
                rival = &other;
        }
        std::vector<std::size_t> with = forecast.devices;
        with.insert(std::upper_bound(with.begin(), with.end(), i), i);
        const double together = forecast_of(devices, with, items, cores).seconds;
        if (!device.cost.known()) {
            out.push_back(fmt::format("{} left idle: {} of work, its speed is not known and it takes {} to "
                                      "start",
                                      device.id, time_text(forecast.seconds),
                                      time_text(device.start_seconds)));
        } else if (first_result >= forecast.seconds) {
            out.push_back(fmt::format("{} left idle: {} of work, {} to start", device.id,
                                      time_text(forecast.seconds), time_text(first_result)));
        } else if (device.processor_threads > 0.0 && rival != nullptr &&
                   processor_slowdown(devices, with, cores) > 1.0) {
            const double times = device.cost.item_seconds / rival->cost.item_seconds;
            out.push_back(
                fmt::format("{} left idle: it computes on the CPU's own cores, where {} does {:.1f} "
                            "times as much",
                            device.id, rival->id, times));
        } else {
            out.push_back(fmt::format("{} left idle: it would save {:.1f} % of {}", device.id,
                                      std::max(0.0, 100.0 * (1.0 - together / forecast.seconds)),
                                      time_text(forecast.seconds)));
        }
    }
    return out;
}

double crossover(const DeviceModel& cpu, const DeviceModel& accelerator, double cores) {
    if (!cpu.cost.known() || !accelerator.cost.known()) return infinite;
    const std::vector<DeviceModel> devices = {cpu, accelerator};
    std::vector<Contributor> workers;
    const auto finish = [&](std::vector<std::size_t> used, double items) {
        return finish_of(devices, used, items, cores, workers).seconds;
    };
    const auto sooner = [&](double items) {
        return std::min(finish({1}, items), finish({0, 1}, items)) < finish({0}, items);
    };
    constexpr double most = 1e18;
    double high = 1.0;
    while (!sooner(high)) {
        high *= 2.0;
        if (high > most) return infinite;
    }
    double low = high == 1.0 ? 0.0 : high / 2.0;
    while (high - low > std::max(0.5, 1e-12 * high)) {
        const double middle = 0.5 * (low + high);
        (sooner(middle) ? high : low) = middle;
    }
    return std::ceil(high) > 1.0 && sooner(std::floor(high)) ? std::floor(high) : std::ceil(high);
}

} // namespace threadx
