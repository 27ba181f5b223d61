#include "device/fake_cuda/driver.hpp"

#include <algorithm>
#include <cstdlib>

namespace fake_cuda {
namespace {

constexpr std::byte poison_byte{0xCB};
constexpr std::byte guard_byte{0xA5};

} // namespace

void poison(std::span<std::byte> bytes) { std::ranges::fill(bytes, poison_byte); }

Memory::Memory(std::size_t bytes) : bytes_(bytes + 2 * guard, guard_byte) { poison({data(), size()}); }

Memory::~Memory() { poison(bytes_); }

bool Memory::holds(const void* address, std::size_t bytes) const {
    const auto first = reinterpret_cast<std::uintptr_t>(bytes_.data() + guard);
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    return wanted >= first && wanted - first <= size() && bytes <= size() - (wanted - first);
}

void Memory::check_guards() const {
    const auto untouched = [](std::byte byte) { return byte == guard_byte; };
    if (!std::all_of(bytes_.begin(), bytes_.begin() + guard, untouched) ||
        !std::all_of(bytes_.end() - guard, bytes_.end(), untouched))
        misuse("something was written outside a buffer of " + std::to_string(size()) + " bytes");
}

std::uint64_t Device::used() const {
    std::uint64_t bytes = 0;
    for (const auto& [address, one] : memory) bytes += one->size();
    return bytes;
}

Memory* Device::memory_with(const void* address, std::size_t bytes) {
    const auto after = memory.upper_bound(address);
    if (after == memory.begin()) return nullptr;
    Memory& found = *std::prev(after)->second;
    return found.holds(address, bytes) ? &found : nullptr;
}

int Device::run_one(Stream& stream) {
    if (lost_with != success) return lost_with;
    if (stream.waiting.empty()) return success;
    const Operation operation = std::move(stream.waiting.front());
    stream.waiting.pop_front();
    lost_with = operation.run();
    return lost_with;
}

int Device::run(Stream& stream) {
    while (!stream.waiting.empty())
        if (const int result = run_one(stream); result != success) return result;
    return lost_with;
}

int Device::run_all() {
    for (const auto& [handle, stream] : streams)
        if (const int result = run(*stream); result != success) return result;
    return lost_with;
}

int Driver::initialise() {
    const char* const variable = std::getenv("FAKE_CUDA");
    const std::string text = variable == nullptr ? "" : variable;
    if (initialised_ && text == text_) return script_.init;
    for (const auto& device : devices_)
        if (device->retained != 0) misuse("FAKE_CUDA changed while a device is in use");
    text_ = text;
    script_ = parse_script(text);
    devices_.clear();
    for (const DeviceScript& one : script_.devices) {
        auto device = std::make_unique<Device>();
        device->script = one;
        device->index = static_cast<int>(devices_.size());
        devices_.push_back(std::move(device));
    }
    initialised_ = script_.init == success;
    return script_.init;
}

Driver& driver() {
    static Driver& one = *new Driver; // for good: programs free what they had of it when they end
    return one;
}

} // namespace fake_cuda
