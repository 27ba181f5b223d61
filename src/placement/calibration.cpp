#include "placement/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/number_text.hpp"

namespace threadx {
namespace {

// Of one growth at most: the first run may have been far from what the next ones are.
constexpr double most_growth = 32.0;
constexpr int most_growths = 40;
constexpr double most_samples = 0x1p53;
constexpr double clock_tick = 1e-9; // that a run takes at least

class Calibrator {
  public:
    Calibrator(const std::function<void(std::uint64_t)>& work, const CalibrationOptions& options,
               const std::function<double()>& now)
        : work_(work), options_(options), now_(now),
          samples_(std::max<std::uint64_t>(options.sample_size, 1)) {}

    Calibration run() {
        warm_up();
        Calibration best;
        for (int attempt = 0; attempt < std::max(options_.attempts, 1); ++attempt) {
            const Calibration tried = measure();
            if (attempt == 0 || tried.deviation / tried.mean < best.deviation / best.mean) best = tried;
            best.steady = best.deviation <= options_.largest_spread * best.mean;
            if (best.steady) break;
        }
        return best;
    }

  private:
    double time_run() {
        const double begin = now_();
        work_(samples_);
        const double seconds = now_() - begin;
        return seconds > clock_tick ? seconds : clock_tick; // of a clock that was set back, too
    }

    // More samples if a run of them took too little; whether there was need and room for that.
    bool grow(double seconds) {
        const auto samples = static_cast<double>(samples_);
        if (seconds >= options_.least_seconds || growths_ == most_growths || samples >= most_samples)
            return false;
        ++growths_;
        const double factor = std::clamp(1.25 * options_.least_seconds / seconds, 1.25, most_growth);
        samples_ = static_cast<std::uint64_t>(std::min(std::ceil(samples * factor), most_samples));
        return true;
    }

    // Also finds out how many samples make a run long enough.
    void warm_up() {
        for (int i = 0; i < options_.warmup;) {
            if (!grow(time_run())) ++i;
        }
    }

    Calibration measure() {
        for (;;) {
            Calibration out;
            out.samples = samples_;
            for (int i = 0; i < std::max(options_.runs, 1); ++i) out.seconds_of_runs.push_back(time_run());
            std::vector<double> sorted = out.seconds_of_runs;
            std::sort(sorted.begin(), sorted.end());
            out.seconds = 0.5 * (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]);
            if (grow(out.seconds)) continue; // it became quicker since the warm-ups
            const auto runs = static_cast<double>(sorted.size());
            out.mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / runs;
            double squares = 0.0;
            for (const double seconds : sorted) squares += (seconds - out.mean) * (seconds - out.mean);
            out.deviation = std::sqrt(squares / runs);
            return out;
        }
    }

    const std::function<void(std::uint64_t)>& work_;
    const CalibrationOptions& options_;
    const std::function<double()>& now_;
    std::uint64_t samples_;
    int growths_ = 0;
};

} // namespace

double Calibration::memory_efficiency() const {
    constexpr double mebibyte = 1 << 20U;
    return memory_bytes > 0.0 ? rate() / (memory_bytes / mebibyte) : 0.0;
}

Calibration calibrate(const std::function<void(std::uint64_t items)>& work, const CalibrationOptions& options,
                      const std::function<double()>& now) {
    return Calibrator(work, options, now).run();
}

RateEstimate estimate_of(const Calibration& calibration) {
    const auto samples = static_cast<double>(calibration.samples);
    RateEstimate::State state = {
        .seconds = calibration.seconds / samples, .log_variance = 0.0, .count = 0, .outliers = {}};
    for (const double seconds : calibration.seconds_of_runs)
        state.log_variance += std::pow(std::log(seconds / calibration.seconds), 2.0);
    state.count = calibration.seconds_of_runs.size();
    if (state.count > 0) state.log_variance /= static_cast<double>(state.count);
    return RateEstimate(std::move(state));
}

std::string calibration_begins(const CalibrationOptions& options) {
    return fmt::format("profiling auto-balance: {} samples, {} warm-ups + {} runs",
                       with_thousands(options.sample_size), options.warmup, options.runs);
}

std::string calibration_line(const std::string& device, const Calibration& calibration) {
    std::string text = fmt::format("device {}: {} samples/s (mean {:.3f} s ± {:.3f} s)", device,
                                   with_thousands(static_cast<unsigned long long>(calibration.rate())),
                                   calibration.mean, calibration.deviation);
    if (const double efficiency = calibration.memory_efficiency(); efficiency > 0.0)
        text += fmt::format(", memory efficiency {:.0f}", efficiency);
    if (!calibration.steady) text += "; not steady: something else uses the device or the processor";
    return text;
}

} // namespace threadx
