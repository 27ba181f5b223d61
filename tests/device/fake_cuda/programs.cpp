// Images and launches of the fake driver.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "device/fake_cuda/dialect.hpp"
#include "device/fake_cuda/driver.hpp"

namespace fake_cuda {
namespace {

// The CUDA version, as cuDriverGetVersion has it, that came with a PTX version (its 10 * major + minor).
int driver_for_ptx(int version) {
    if (version < 60) return 9000;
    if (version < 70) return 10000 + (version - 63) * 10;                   // 6.3: CUDA 10.0
    if (version < 90) return (version / 10 + 4) * 1000 + version % 10 * 10; // 7.0: 11.0, 8.0: 12.0
    return 13000 + (version - 90) * 10;
}

// The number after `word`, its point left out: ".version 6.3" is 63. -1: there is none.
int number_after(const std::string& image, const char* word) {
    const std::size_t at = image.find(word);
    if (at == std::string::npos) return -1;
    int number = 0;
    for (std::size_t i = at + std::strlen(word); i < image.size() && image[i] != '\n' && image[i] != ','; ++i)
        if (image[i] >= '0' && image[i] <= '9') number = number * 10 + (image[i] - '0');
    return number;
}

// Sets the lowest bit of each word of what a kernel writes to: most of its numbers are off by the least there
// is.
void spoil(Device& device, const std::vector<const void*>& values, const Kernel& kernel) {
    for (std::size_t i = 0; i < kernel.parameters.size(); ++i) {
        if (!kernel.parameters[i].is_written) continue;
        const void* address = nullptr;
        std::memcpy(&address, values[i], sizeof address);
        Memory& memory = *device.memory_with(address, 0);
        for (std::size_t byte = 0; byte < memory.size(); byte += 8) memory.data()[byte] |= std::byte{1};
    }
}

// The arguments of a launch, in one piece.
struct Launch {
    Device& device;
    Kernel kernel; // its module may be unloaded by then
    unsigned groups;
    unsigned group;
    std::vector<std::array<std::byte, 8>> arguments;

    std::vector<const void*> values() const {
        std::vector<const void*> pointers;
        for (const auto& argument : arguments) pointers.push_back(argument.data());
        return pointers;
    }

    void check_pointers() const {
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            const void* address = nullptr;
            std::memcpy(&address, arguments[i].data(), sizeof address);
            if (kernel.parameters[i].is_pointer && device.memory_with(address, 0) == nullptr)
                misuse("argument " + std::to_string(i) + " of the kernel " + kernel.name +
                       " is no buffer of device " + std::to_string(device.index) + ", or one that was freed");
        }
    }

    int run() const {
        if (++device.launches == device.script.losing_launch) return device.script.lost_with;
        check_pointers();
        const std::vector<const void*> all = values();
        Place& here = place();
        here.block_size.x = group;
        for (here.block.x = 0; here.block.x < groups; ++here.block.x)
            for (here.thread.x = 0; here.thread.x < group; ++here.thread.x) kernel.run(all);
        for (const auto& [address, memory] : device.memory) memory->check_guards();
        if (kernel.name == device.script.wrong) spoil(device, all, kernel);
        return success;
    }
};

} // namespace

Place& place() {
    thread_local Place here;
    return here;
}

int program_of(const char* image, const Device& device, Program& program, std::string& words) {
    if (std::memcmp(image,
                    "\x7f"
                    "ELF",
                    4) == 0 &&
        std::memcmp(image + 4, "fake", 4) != 0)
        return no_binary_for_gpu; // really compiled: nothing that this processor could run
    const std::string text = image;
    if (text[0] == '/' || text[0] == '.') {
        const int version = number_after(text, ".version ");
        const int target = number_after(text, ".target sm_");
        if (version < 0 || target < 0) return invalid_ptx;
        if (driver_for_ptx(version) > driver().script().driver) {
            words = "ptxas fatal: Unsupported .version";
            return unsupported_ptx_version;
        }
        if (target > device.script.capability) return no_binary_for_gpu;
    } else if (text[0] != '\x7f') {
        return invalid_image;
    }
    for (const Program& known : {program_float64(), program_float32(), program_float32_alone()})
        if (text.find(known.text) != std::string::npos || text.find(known.sha256) != std::string::npos) {
            program = known;
            return success;
        }
    words = "fake_cuda knows the kernel text alone";
    return invalid_ptx;
}

Operation make_launch(Device& device, const Kernel& kernel, unsigned groups, unsigned group,
                      void** parameters) {
    Launch launch{device, kernel, groups, group, {}};
    for (std::size_t i = 0; i < kernel.parameters.size(); ++i)
        std::memcpy(launch.arguments.emplace_back().data(), parameters[i], kernel.parameters[i].size);
    launch.check_pointers();
    return {[launch] { return launch.run(); }, {}};
}

} // namespace fake_cuda
