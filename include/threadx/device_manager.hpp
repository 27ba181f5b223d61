// Spreads any work over the machine's devices: the processor and its GPUs, each as much as it is worth.
//
//     threadx::DeviceManager manager;
//     auto squares = manager.distribute(data, [](std::span<const double> slice, const threadx::SliceContext&)
//     {
//         std::vector<double> out;
//         for (double x : slice) out.push_back(x * x);
//         return out;
//     });
//
// The results are those of a plain loop, in order, whatever the devices, their shares and their speeds.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <mutex>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "error.hpp"
#include "indicator_bank.hpp"
#include "placement.hpp"
#include "slice_context.hpp"

namespace threadx {

struct DeviceShare {
    std::string device = {};       // id or UUID
    double share = 0.0;            // of all
    double items_per_second = 0.0; // where it was measured; 0 = not known
};

// Fixed shares of the work, or none: then each device takes as much as it is fast.
class Balance {
  public:
    Balance() = default;
    Balance(std::initializer_list<DeviceShare> shares) : shares_(shares) {}
    // NOLINTBEGIN(google-explicit-constructor): options read like `.balance = "cuda:0=0.8,cpu=0.2"`
    Balance(std::vector<DeviceShare> shares) : shares_(std::move(shares)) {}
    // "cuda:0=0.8,cpu=0.2", "cuda:0=80%,cpu=20%", "auto". InputError if it is none of those.
    Balance(std::string_view text);
    Balance(const char* text) : Balance(std::string_view(text)) {}
    // NOLINTEND(google-explicit-constructor)

    const std::vector<DeviceShare>& shares() const { return shares_; }
    bool is_fixed() const { return !shares_.empty(); }
    std::string text() const; // "cuda:0:80.0%, cpu:20.0%"; "auto"

  private:
    std::vector<DeviceShare> shares_;
};

struct ProfileOptions {
    std::uint64_t sample_size = 100'000; // items of a run, at least
    int warmup = 3;
    int runs = 5;
    std::string workload_tag = "default"; // the kind of work whose rates these are
};

// So many items of a kind of work on a device; returns when they are done.
using ProfiledWork = std::function<void(std::uint64_t items, const DeviceInfo& device)>;

// Items that a slice has more, before and after those whose results are wanted.
struct Halo {
    constexpr Halo() = default;
    constexpr Halo(std::size_t on_either_side) // NOLINT(google-explicit-constructor): `.halo = 19`
        : before(on_either_side), after(on_either_side) {}
    constexpr Halo(std::size_t items_before, std::size_t items_after)
        : before(items_before), after(items_after) {}

    std::size_t before = 0;
    std::size_t after = 0;
};

struct DistributeOptions {
    std::uint64_t seed = 0; // of SliceContext's random numbers
    // Fixed: always wins. Otherwise the settings' [gpu] balance, and where that is auto, what was measured.
    Balance balance = {};
    std::string workload_tag = "default";
    Halo halo = {}; // for windows; fewer at the ends of the data
};

// How the last work was spread.
struct DeviceUse {
    std::string device = {}; // id
    std::uint64_t items = 0;
    std::uint64_t slices = 0;
    double seconds = 0.0; // at work, all its workers together
};

// Devices are looked for when they are first needed, proven, and kept. A function that gets slices is called
// by several threads at once: as many as the settings give the processor, and one for each other device.
class DeviceManager {
  public:
    explicit DeviceManager(MachineOptions options = {}); // InputError if the settings are wrong
    ~DeviceManager();                                    // writes down what was measured
    DeviceManager(const DeviceManager&) = delete;
    DeviceManager& operator=(const DeviceManager&) = delete;

    static DeviceManager& default_manager(); // one for the whole program, with default options

    // The devices that work is given to. InputError if one that was named cannot be used.
    std::vector<DeviceInfo> devices();
    std::vector<std::string> notes() const; // which devices could be thought of and are not used, and why
    IndicatorBank& bank();                  // with the same devices, open

    // Measures how fast each device is at the tag's work, remembers it, and gives back the shares in which it
    // would be split. Without `work` it is ThreadX's own: a sample is a bar of a backtest. DeviceError if no
    // device can do it; one that fails is left out, and the log says so.
    Balance profile_auto_balance(const ProfileOptions& options = {});
    Balance profile_auto_balance(const ProfileOptions& options, const ProfiledWork& work);

    // One result for each item: `function(slice, context)` gives a vector with as many as the slice has, and
    // those of its halo are dropped. What the function throws ends the work and is thrown on.
    template <std::ranges::contiguous_range Data, class Function>
    auto distribute(const Data& data, Function&& function, const DistributeOptions& options = {});

    // The same into memory of the caller: `function(slice, out, context)` writes context.size() results, of
    // the items slice[context.before()], ...
    template <std::ranges::contiguous_range Data, class Result, class Function>
    void distribute_into(const Data& data, std::span<Result> results, Function&& function,
                         const DistributeOptions& options = {});

    // Without data: `work(context)` for slices of `items` items.
    void run(std::uint64_t items, const std::function<void(const SliceContext&)>& work,
             const DistributeOptions& options = {});

    std::vector<DeviceUse> last_use() const; // of the last distribute or run
    void flush();                            // writes down what was measured so far; IoError if that fails

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

namespace detail {
[[noreturn]] void wrong_result_count(std::size_t results, const SliceContext& context);
[[noreturn]] void wrong_result_space(std::size_t results, std::size_t items);
} // namespace detail

template <std::ranges::contiguous_range Data, class Function>
auto DeviceManager::distribute(const Data& data, Function&& function, const DistributeOptions& options) {
    using Item = std::ranges::range_value_t<Data>;
    using Results =
        std::remove_cvref_t<std::invoke_result_t<Function&, std::span<const Item>, const SliceContext&>>;
    static_assert(std::same_as<Results, std::vector<typename Results::value_type>>,
                  "the function gives back a std::vector with a result for each item of its slice");
    const std::span<const Item> all(std::ranges::data(data), std::ranges::size(data));
    struct Part {
        std::uint64_t first;
        std::size_t before;
        std::size_t size;
        Results results;
    };
    std::vector<Part> parts;
    std::mutex mutex;
    run(
        all.size(),
        [&](const SliceContext& context) {
            const auto slice = all.subspan(static_cast<std::size_t>(context.first()), context.slice_size());
            Results results = function(slice, context);
            if (results.size() != slice.size()) detail::wrong_result_count(results.size(), context);
            const std::lock_guard lock(mutex);
            parts.push_back(
                {context.first() + context.before(), context.before(), context.size(), std::move(results)});
        },
        options);
    std::ranges::sort(parts, {}, &Part::first);
    Results merged;
    merged.reserve(all.size());
    for (Part& part : parts) {
        const auto begin = part.results.begin() + static_cast<std::ptrdiff_t>(part.before);
        merged.insert(merged.end(), std::make_move_iterator(begin),
                      std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(part.size)));
        Results().swap(part.results);
    }
    return merged;
}

template <std::ranges::contiguous_range Data, class Result, class Function>
void DeviceManager::distribute_into(const Data& data, std::span<Result> results, Function&& function,
                                    const DistributeOptions& options) {
    using Item = std::ranges::range_value_t<Data>;
    const std::span<const Item> all(std::ranges::data(data), std::ranges::size(data));
    if (results.size() != all.size()) detail::wrong_result_space(results.size(), all.size());
    run(
        all.size(),
        [&](const SliceContext& context) {
            const auto first = static_cast<std::size_t>(context.first());
            function(all.subspan(first, context.slice_size()),
                     results.subspan(first + context.before(), context.size()), context);
        },
        options);
}

} // namespace threadx
