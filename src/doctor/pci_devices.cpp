#include "doctor/pci_devices.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>

namespace threadx {
namespace {

constexpr const char* nvidia = "0x10de";
constexpr const char* display_controller = "0x03"; // the class's first byte

std::string first_word(const std::filesystem::path& file) {
    std::string word;
    std::ifstream(file) >> word;
    return word;
}

} // namespace

std::vector<std::string> nvidia_gpus(const std::filesystem::path& bus) {
    std::vector<std::string> addresses;
    std::error_code ignored;
    for (const auto& device : std::filesystem::directory_iterator(bus, ignored))
        if (first_word(device.path() / "vendor") == nvidia &&
            first_word(device.path() / "class").starts_with(display_controller))
            addresses.push_back(device.path().filename().string());
    std::sort(addresses.begin(), addresses.end());
    return addresses;
}

} // namespace threadx
