// Indicators and any work of one's own, on whatever devices this machine has.
#include <cmath>
#include <cstdio>
#include <exception>
#include <span>
#include <vector>

#include <threadx/threadx.hpp>

// Each item's value is a function of its neighbours and of random numbers of its own: the results do not
// depend on how the data is cut.
static std::vector<double> noisy_changes(std::span<const double> slice,
                                         const threadx::SliceContext& context) {
    std::vector<double> out(slice.size(), 0.0);
    for (std::size_t i = 1; i < slice.size(); ++i)
        out[i] = slice[i] - slice[i - 1] + 0.001 * context.uniform(i);
    return out;
}

int main() try {
    std::vector<double> close;
    for (int i = 0; i < 20'000; ++i) close.push_back(100.0 + 5.0 * std::sin(i * 0.01) + std::sin(i * 0.7));

    // README: from here
    threadx::IndicatorBank bank;
    auto bands = bank.bollinger_bands(close, {.period = 20, .std_dev = 2.0, .placement = threadx::dynamic});
    std::printf("%.4f %.4f %.4f\n", bands.lower.back(), bands.middle.back(), bands.upper.back());
    std::printf("%s\n", bands.decision.reason.c_str()); // where it was computed, and why

    threadx::DeviceManager manager;
    auto balance = manager.profile_auto_balance({.sample_size = 10'000, .workload_tag = "changes"});
    auto changes =
        manager.distribute(close, noisy_changes, {.seed = 42, .workload_tag = "changes", .halo = 1});
    // README: to here

    std::printf("balance %s\n", balance.text().c_str());
    double sum = 0.0;
    for (const double change : changes) sum += change;
    std::printf("%zu changes, sum %.17g\n", changes.size(), sum);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
}
