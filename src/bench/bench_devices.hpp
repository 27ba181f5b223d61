// The devices that `threadx bench --devices` names.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

namespace threadx {

struct BenchDevice {
    std::string id;   // "cpu", "cuda:0"; "cuda" where there is no driver; "auto": what the program chooses
    std::string name; // the vendor's
    std::string unusable; // why it cannot be measured; empty if it can
    bool operator==(const BenchDevice& other) const { return id == other.id; }
};

// `names`: ids, kinds ("cuda": all of that kind), "all" and "auto", with commas between. What is named and
// not there is among them, with the reason. A process of its own looks for them (child_process.hpp says why),
// with `settings` as further arguments and `messages` for what it says. InputError if a name is none.
std::vector<BenchDevice> find_bench_devices(const std::string& names,
                                            const std::vector<std::string>& settings,
                                            const std::filesystem::path& messages,
                                            const std::atomic<bool>* stop);

} // namespace threadx
