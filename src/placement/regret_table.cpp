#include "placement/regret_table.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <fmt/format.h>

namespace threadx {
namespace {

constexpr double seconds_of_slowest = 1e-4; // an id, on a device of speed 1
constexpr double launch_seconds = 3e-4;
constexpr double usual_noise = 0.03;
constexpr double usual_error = 0.05; // of a profile

using Random = std::mt19937_64;

double uniform(Random& random, double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(random);
}

SimulatedDevice device(const std::string& id, double speed, double told_wrong_by) {
    SimulatedDevice out;
    out.cost = {launch_seconds, seconds_of_slowest / speed, 0.0};
    out.noise = usual_noise;
    out.told.model.id = id;
    out.told.model.cost = out.cost;
    out.told.model.cost.item_seconds *= told_wrong_by;
    return out;
}

// Devices of these speeds, and as many ids as they do in so many seconds.
Simulation of_speeds(const std::vector<double>& speeds, double seconds, std::uint64_t seed) {
    Simulation out;
    out.seed = seed;
    Random random(seed * 7919 + 1);
    std::normal_distribution<double> normal;
    double sum = 0.0;
    for (std::size_t i = 0; i < speeds.size(); ++i) {
        out.devices.push_back(
            device(fmt::format("d{}", i), speeds[i], std::exp(usual_error * normal(random))));
        sum += speeds[i];
    }
    out.ids = static_cast<std::uint64_t>(seconds * sum / seconds_of_slowest);
    return out;
}

const std::vector<double> unequal = {13.0, 1.7, 1.0};

Simulation gpus(double seconds, std::uint64_t seed) {
    Random random(seed * 104729 + 3);
    std::vector<double> speeds(std::uniform_int_distribution<std::size_t>(2, 8)(random));
    for (double& speed : speeds) speed = std::exp(uniform(random, 0.0, std::log(20.0)));
    return of_speeds(speeds, seconds, seed);
}

Simulation wrong_profiles(double seconds, std::uint64_t seed) {
    Simulation out = of_speeds(unequal, seconds, seed);
    Random random(seed * 15485863 + 5);
    for (SimulatedDevice& device : out.devices)
        device.told.model.cost.item_seconds *= random() % 2 == 0 ? 5.0 : 0.2;
    return out;
}

// As somebody would who measured shares on another day.
Simulation fixed_shares(double seconds, std::uint64_t seed) {
    Simulation out = of_speeds(unequal, seconds, seed);
    Random random(seed * 32452843 + 7);
    double sum = 0.0;
    for (const double speed : unequal) {
        const double error = uniform(random, 0.05, 0.20);
        out.options.shares.push_back(speed * (random() % 2 == 0 ? 1.0 + error : 1.0 - error));
        sum += out.options.shares.back();
    }
    for (double& share : out.options.shares) share /= sum;
    return out;
}

// One of the devices, each as often as the others.
SimulatedDevice& one_of(Simulation& simulation) {
    return simulation.devices[simulation.seed % simulation.devices.size()];
}

void make_cpu(Simulation& simulation, std::size_t index, std::size_t workers) {
    simulation.options.cores = static_cast<double>(workers);
    DispatchDevice& cpu = simulation.devices[index].told;
    cpu.model.id = "cpu";
    cpu.model.cost.batch_seconds = launch_seconds / static_cast<double>(workers); // a batch is one worker's
    simulation.devices[index].cost.batch_seconds = cpu.model.cost.batch_seconds;
    cpu.model.processor_threads = simulation.options.cores;
    cpu.workers = workers;
    cpu.workers_help = true;
    cpu.largest_batch = 4096;
    cpu.batch_multiple = 8;
}

// As two OpenCL implementations on a processor are; which is the fastest is drawn.
Simulation on_the_same_cores(double seconds, double wrong_by, std::uint64_t seed) {
    std::vector<double> speeds = {5.0, 3.0, 1.0};
    Random random(seed * 49979687 + 11);
    std::shuffle(speeds.begin(), speeds.end(), random);
    Simulation out = of_speeds(speeds, 1.0, seed);
    out.ids = static_cast<std::uint64_t>(seconds * 5.0 / seconds_of_slowest);
    make_cpu(out, 0, 2);
    out.devices[1].told.model.processor_threads = 2.0;
    out.devices[2].told.model.processor_threads = 1.0;
    for (std::size_t i = 0; i < out.devices.size(); ++i) {
        if (i > 0) out.devices[i].told.model.start_seconds = 0.1;
        out.devices[i].told.model.cost.item_seconds *= random() % 2 == 0 ? wrong_by : 1.0 / wrong_by;
    }
    return out;
}

// A worker of the CPU that keeps its core, and a device of two threads that then share the other one: as was
// seen. Together they do a third more than the CPU alone.
Simulation cpu_keeps_its_core(double seconds, std::uint64_t seed) {
    Simulation out = of_speeds({2.0, 1.0}, 1.0, seed);
    out.ids = static_cast<std::uint64_t>(seconds * (2.0 + 1.0 / 1.5) / seconds_of_slowest);
    make_cpu(out, 0, 1);
    out.options.cores = 2.0;
    out.devices[1].told.model.processor_threads = 2.0;
    out.devices[0].beside = 1.0;
    out.devices[1].beside = 1.5;
    for (SimulatedDevice& device : out.devices) {
        device.first_seconds = 0.005;
        device.cost.batch_seconds = 0.001;
    }
    return out;
}

// Of one device all that is known is wrong, what a batch costs too, one way or the other.
Simulation with_a_false_profile(Simulation simulation) {
    for (SimulatedDevice& device : simulation.devices) device.told.model.cost = device.cost;
    const double factor = simulation.seed / simulation.devices.size() % 2 == 0 ? 5.0 : 0.2;
    WorkCost& told = one_of(simulation).told.model.cost;
    told.batch_seconds *= factor;
    told.item_seconds *= factor;
    return simulation;
}

// The CPU's two workers have all cores, and OpenCL on the same ones is a fifth as fast.
Simulation opencl_beside_a_faster_cpu(double seconds, std::uint64_t seed) {
    Simulation out = of_speeds({5.0, 1.0}, 1.0, seed);
    out.ids = static_cast<std::uint64_t>(seconds * 5.0 / seconds_of_slowest);
    make_cpu(out, 0, 2);
    out.devices[1].told.model.processor_threads = 2.0;
    for (SimulatedDevice& device : out.devices) {
        device.first_seconds = 0.005;
        device.cost.batch_seconds = 0.001;
    }
    return out;
}

// The CPU's two workers, and OpenCL devices of one and of two threads on the same cores, none of which helps.
Simulation two_opencl_beside_a_faster_cpu(double seconds, std::uint64_t seed) {
    Simulation out = of_speeds({5.0, 1.5, 2.5}, 1.0, seed);
    out.ids = static_cast<std::uint64_t>(seconds * 5.0 / seconds_of_slowest);
    make_cpu(out, 0, 2);
    out.devices[1].told.model.processor_threads = 1.0;
    out.devices[2].told.model.processor_threads = 2.0;
    for (SimulatedDevice& device : out.devices) {
        device.first_seconds = 0.005;
        device.cost.batch_seconds = device.told.workers_help ? 0.0005 : 0.002;
    }
    return out;
}

std::vector<RegretCase> make_cases() {
    std::vector<RegretCase> out;
    for (const double seconds : {0.2, 2.0, 20.0})
        out.push_back({fmt::format("speeds 13 : 1.7 : 1, {} s", seconds),
                       [=](std::uint64_t seed) { return of_speeds(unequal, seconds, seed); }});
    for (const double seconds : {0.2, 2.0})
        out.push_back({fmt::format("the same, nothing known before, {} s", seconds), [=](std::uint64_t seed) {
                           Simulation s = of_speeds(unequal, seconds, seed);
                           for (SimulatedDevice& device : s.devices) device.told.model.cost = {};
                           return s;
                       }});
    for (const double seconds : {0.2, 2.0})
        out.push_back({fmt::format("profiles wrong by x5 or /5, {} s", seconds),
                       [=](std::uint64_t seed) { return wrong_profiles(seconds, seed); }});
    for (const bool known : {true, false})
        for (const double seconds : {0.2, 2.0})
            out.push_back({fmt::format("each device's first batch 5 ms longer, {}, {} s",
                                       known ? "right profiles" : "nothing known before", seconds),
                           [=](std::uint64_t seed) {
                               Simulation s = of_speeds(unequal, seconds, seed);
                               for (SimulatedDevice& device : s.devices) {
                                   device.first_seconds = 0.005;
                                   if (!known) device.told.model.cost = {};
                               }
                               return s;
                           }});
    out.push_back({"one device 30 % slower from half-time on, 2 s", [](std::uint64_t seed) {
                       Simulation s = of_speeds(unequal, 2.0, seed);
                       one_of(s).changes_at = 1.0;
                       one_of(s).changed_rate = 0.7;
                       return s;
                   }});
    out.push_back({"2 % of the batches three times slower, 2 s", [](std::uint64_t seed) {
                       Simulation s = of_speeds(unequal, 2.0, seed);
                       for (SimulatedDevice& device : s.devices) device.slow_probability = 0.02;
                       return s;
                   }});
    for (const double seconds : {0.2, 2.0})
        out.push_back({fmt::format("2 to 8 GPUs of any speed, {} s", seconds),
                       [=](std::uint64_t seed) { return gpus(seconds, seed); }});
    out.push_back({"the same, three queues each, 2 s", [](std::uint64_t seed) {
                       Simulation s = gpus(2.0, seed);
                       for (SimulatedDevice& device : s.devices) device.told.workers = 3;
                       return s;
                   }});
    for (const double seconds : {0.2, 2.0})
        out.push_back(
            {fmt::format("CPU of 2 workers, GPU 5 times as fast after 0.3 s, {} s of the CPU", seconds),
             [=](std::uint64_t seed) {
                 Simulation s = of_speeds({1.0, 5.0}, seconds / 6.0, seed);
                 make_cpu(s, 0, 2);
                 s.devices[1].told.model.start_seconds = 0.3;
                 s.devices[1].told.workers = 3;
                 return s;
             }});
    for (const double told : {0.0, 1.0, 2.0})
        out.push_back({fmt::format("50 ms of the CPU, 100 ms for columns ({} ms known), GPU as fast in 30 ms",
                                   100.0 * told),
                       [=](std::uint64_t seed) {
                           Simulation s = of_speeds({1.0, 1.0}, 0.025, seed);
                           make_cpu(s, 0, 2);
                           s.devices[0].once = {{100.0, 0.1}};
                           s.devices[0].told.model.once = {{100.0, told * 0.1}};
                           s.devices[1].told.model.start_seconds = 0.03;
                           return s;
                       }});
    out.push_back({"CPU of 64 workers, 4 GPUs, 2 s", [](std::uint64_t seed) {
                       Simulation s = of_speeds({5.0, 10.0, 10.0, 7.0, 7.0}, 2.0, seed);
                       make_cpu(s, 0, 64);
                       return s;
                   }});
    for (const double wrong : {1.0, 5.0}) {
        const std::string profile = wrong == 1.0 ? "" : ", profiles wrong by x5 or /5";
        out.push_back({"CPU and two OpenCL devices on its 2 cores" + profile + ", 2 s",
                       [=](std::uint64_t seed) { return on_the_same_cores(2.0, wrong, seed); }});
    }
    for (const std::string known : {"all known", "alone known", "nothing known"})
        for (const double seconds : {0.2, 2.0})
            out.push_back(
                {fmt::format("a worker that keeps its core, OpenCL on the other, {}, {} s", known, seconds),
                 [=](std::uint64_t seed) {
                     Simulation s = cpu_keeps_its_core(seconds, seed);
                     for (SimulatedDevice& device : s.devices) {
                         if (known == "nothing known") device.told.model.cost = {};
                         device.beside_known = known == "all known";
                     }
                     return s;
                 }});
    for (const double seconds : {0.2, 2.0}) {
        out.push_back({fmt::format("the same, all known, one profile wrong by x5 or /5, {} s", seconds),
                       [=](std::uint64_t seed) {
                           Simulation s = with_a_false_profile(cpu_keeps_its_core(seconds, seed));
                           for (SimulatedDevice& device : s.devices) device.beside_known = true;
                           return s;
                       }});
        out.push_back(
            {fmt::format("OpenCL on a faster CPU's cores, one profile wrong by x5 or /5, {} s", seconds),
             [=](std::uint64_t seed) {
                 return with_a_false_profile(opencl_beside_a_faster_cpu(seconds, seed));
             }});
    }
    for (const bool right : {true, false})
        for (const double seconds : {0.2, 2.0})
            out.push_back({fmt::format("OpenCL of one and of two threads on a faster CPU's cores, {}, {} s",
                                       right ? "right profiles" : "one wrong by x5 or /5", seconds),
                           [=](std::uint64_t seed) {
                               Simulation s = two_opencl_beside_a_faster_cpu(seconds, seed);
                               if (!right) return with_a_false_profile(std::move(s));
                               for (SimulatedDevice& device : s.devices) device.told.model.cost = device.cost;
                               return s;
                           }});
    out.push_back({"one device stalls for 0.5 s, 2 s", [](std::uint64_t seed) {
                       Simulation s = gpus(2.0, seed);
                       Random random(seed);
                       one_of(s).stalls_at = uniform(random, 0.1, 1.8);
                       one_of(s).stall_seconds = 0.5;
                       return s;
                   }});
    out.push_back({"one device dies, 2 s", [](std::uint64_t seed) {
                       Simulation s = gpus(2.0, seed);
                       Random random(seed);
                       one_of(s).dies_at = uniform(random, 0.1, 1.8);
                       return s;
                   }});
    for (const double seconds : {0.2, 2.0})
        out.push_back({fmt::format("fixed shares off by 5 to 20 %, {} s", seconds),
                       [=](std::uint64_t seed) { return fixed_shares(seconds, seed); }});
    return out;
}

} // namespace

const std::vector<RegretCase>& regret_cases() {
    static const std::vector<RegretCase> cases = make_cases();
    return cases;
}

RegretRow measure_regret(const RegretCase& what, std::uint64_t runs) {
    RegretRow out;
    out.name = what.name;
    out.runs = runs;
    std::vector<double> regrets;
    const auto n = static_cast<double>(runs);
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
        const Simulation simulation = what.simulation(seed);
        const SimulationResult result = simulate(simulation);
        out.incomplete += result.complete ? 0 : 1;
        regrets.push_back(result.regret());
        out.ideal += result.ideal / n;
        out.mean += result.regret() / n;
        out.batches += static_cast<double>(result.batches) / n;
        out.idle += result.idle / (result.seconds * static_cast<double>(simulation.devices.size())) / n;
    }
    std::sort(regrets.begin(), regrets.end());
    out.p95 = regrets[std::min(regrets.size() - 1, regrets.size() * 95 / 100)];
    out.worst = regrets.back();
    return out;
}

std::vector<RegretRow> regret_table(std::uint64_t runs) {
    std::vector<RegretRow> out;
    for (const RegretCase& what : regret_cases()) out.push_back(measure_regret(what, runs));
    return out;
}

std::string regret_text(const std::vector<RegretRow>& table) {
    std::string out = fmt::format("dispatcher  time lost against the ideal, simulated{}\n",
                                  table.empty() ? "" : fmt::format(" {} times each", table.front().runs));
    out += fmt::format("  {:72} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "", "ideal s", "mean %", "p95 %",
                       "worst %", "batches", "idle %");
    for (const RegretRow& row : table)
        out +=
            fmt::format("  {:72} {:8.2f} {:8.2f} {:8.2f} {:8.2f} {:8.0f} {:8.1f}{}\n", row.name, row.ideal,
                        100.0 * row.mean, 100.0 * row.p95, 100.0 * row.worst, row.batches, 100.0 * row.idle,
                        row.incomplete == 0 ? "" : fmt::format("  {} INCOMPLETE", row.incomplete));
    return out;
}

} // namespace threadx
