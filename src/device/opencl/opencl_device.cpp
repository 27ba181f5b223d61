#include "device/opencl/opencl_device.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/format.h>

#include "base/sha256.hpp"

namespace threadx::opencl {
namespace {

constexpr Uint vendor_nvidia = 0x10DE;

// Without the zero at the end and the blanks around it, which some vendors' names have.
std::string trimmed(std::string text) {
    text.resize(std::min(text.size(), text.find('\0')));
    const std::size_t first = text.find_first_not_of(" \t\n");
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(" \t\n") + 1 - first);
}

// The text of a clGet...Info function, bound to its object; empty where it has none.
template <class Get>
std::string info_text(Get get, Uint what) {
    std::size_t size = 0;
    if (get(what, 0, nullptr, &size) != status::success || size == 0) return "";
    std::string text(size, '\0');
    if (get(what, size, text.data(), nullptr) != status::success) return "";
    return trimmed(std::move(text));
}

std::string platform_text(const Api& api, Platform platform, Uint what) {
    return info_text([&](auto... rest) { return api.get_platform_info(platform, rest...); }, what);
}

// As nvidia-smi and CUDA write it, so that the same device is known to be the same.
std::string uuid_text(const std::array<unsigned char, 16>& bytes, bool nvidia) {
    std::string text = nvidia ? "GPU-" : "";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += fmt::format("{:02x}", bytes[i]);
    }
    return text;
}

// Where the driver has no identity to offer: made of what does not change between runs. `twins`: devices
// before it that are alike, for those that do not say on which bus they are either.
std::string made_up_uuid(const Api& api, const KnownDevice& known, const std::string& extensions, int twins) {
    std::string place = std::to_string(twins);
    std::array<Uint, 4> address{};
    if (has_extension(extensions, "cl_khr_pci_bus_info") &&
        api.get_device_info(known.device, info::pci_address, sizeof address, address.data(), nullptr) ==
            status::success)
        place = fmt::format("{:04x}:{:02x}:{:02x}.{}", address[0], address[1], address[2], address[3]);
    const std::string all = platform_text(api, known.platform, info::platform_name) + '\n' +
                            device_text(api, known.device, info::device_vendor) + '\n' +
                            known.properties.name + '\n' + place;
    return "opencl-" + sha256_hex(all).substr(0, 16);
}

// The version in "OpenCL 1.2 vendor's text" as 102; 0 if there is none.
int version_number(const std::string& text) {
    int major = 0, minor = 0;
    if (std::sscanf(text.c_str(), "OpenCL %d.%d", &major, &minor) != 2) return 0; // NOLINT(cert-err34-c)
    return major * 100 + minor;
}

// Why the device cannot compute what the processor computes, bit for bit.
std::string why_unusable(const Api& api, Device device) {
    const auto truth = [&](Uint what) { return device_number<Uint>(api, device, what) != 0; };
    if (!truth(info::available)) return "its driver says that it is not available";
    if ((device_number<Bits>(api, device, info::device_type) & type_custom) != 0)
        return "it runs built-in functions only, no kernels";
    if (!truth(info::compiler_available)) return "its driver has no compiler for kernels";
    const std::string version = device_text(api, device, info::device_version);
    if (version_number(version) < 102) return fmt::format("OpenCL 1.2 is needed, and it has '{}'", version);
    if (!truth(info::little_endian)) return "its numbers are big-endian";
    if (device_text(api, device, info::device_profile) != "FULL_PROFILE")
        return "it has the embedded profile of OpenCL, which promises no exact arithmetic";
    const Bits abilities = device_number<Bits>(api, device, info::float32_abilities);
    if ((abilities & keeps_denormals) == 0) return "it makes float32 denormals zero, which changes results";
    if ((abilities & has_infinity) == 0) return "it has no float32 infinities and NaN";
    if ((abilities & rounds_to_nearest) == 0) return "its float32 does not round to nearest";
    return "";
}

bool exact_float64(const Api& api, Device device) {
    constexpr Bits needed = keeps_denormals | has_infinity | rounds_to_nearest;
    return (device_number<Bits>(api, device, info::float64_abilities) & needed) == needed;
}

DeviceProperties properties_of(const Api& api, Platform platform, Device device) {
    DeviceProperties p;
    p.kind = DeviceKind::opencl;
    if (has_extension(device_text(api, device, info::extensions), amd_attributes))
        p.name = device_text(api, device, info::board_name_amd); // the other one is a chip's code
    if (p.name.empty()) p.name = device_text(api, device, info::device_name);
    p.memory_bytes = device_number<std::uint64_t>(api, device, info::memory_bytes);
    p.compute_units = static_cast<int>(device_number<Uint>(api, device, info::compute_units));
    p.is_cpu = (device_number<Bits>(api, device, info::device_type) & type_cpu) != 0;
    p.float64 = exact_float64(api, device);
    p.rounded_float32_division =
        (device_number<Bits>(api, device, info::float32_abilities) & divides_correctly) != 0;
    p.driver = fmt::format("{}, {}, driver {}", platform_text(api, platform, info::platform_name),
                           platform_text(api, platform, info::platform_version),
                           device_text(api, device, info::driver_version));
    p.unusable = why_unusable(api, device);
    p.unusable_by_nature = !p.unusable.empty();
    return p;
}

template <class Handle, class Get>
std::vector<Handle> handles(Get get) {
    Uint count = 0;
    if (get(0, nullptr, &count) != status::success) return {};
    std::vector<Handle> found(count);
    if (count == 0 || get(count, found.data(), nullptr) != status::success) return {};
    return found;
}

} // namespace

std::string device_text(const Api& api, Device device, Uint what) {
    return info_text([&](auto... rest) { return api.get_device_info(device, rest...); }, what);
}

bool has_extension(const std::string& extensions, const std::string& name) {
    return (" " + extensions + " ").find(" " + name + " ") != std::string::npos;
}

std::vector<KnownPlatform> list_platforms(const Api& api) {
    std::vector<KnownPlatform> all;
    for (Platform platform : handles<Platform>(api.get_platforms))
        all.push_back({platform_text(api, platform, info::platform_name),
                       platform_text(api, platform, info::platform_version)});
    return all;
}

std::vector<KnownDevice> list_devices(const Api& api) {
    std::vector<KnownDevice> all;
    for (Platform platform : handles<Platform>(api.get_platforms)) {
        const auto get = [&](auto... rest) { return api.get_devices(platform, type_all, rest...); };
        for (Device device : handles<Device>(get)) {
            KnownDevice known{platform, device, properties_of(api, platform, device)};
            DeviceProperties& p = known.properties;
            const int twins =
                static_cast<int>(std::count_if(all.begin(), all.end(), [&](const KnownDevice& other) {
                    return other.properties.name == p.name && other.properties.driver == p.driver;
                }));
            p.index = static_cast<int>(all.size());
            p.id = fmt::format("{}:{}", device_kind_name(p.kind), p.index);
            const std::string extensions = device_text(api, device, info::extensions);
            std::array<unsigned char, 16> uuid{};
            if (has_extension(extensions, "cl_khr_device_uuid") &&
                api.get_device_info(device, info::uuid, sizeof uuid, uuid.data(), nullptr) == status::success)
                p.uuid = uuid_text(uuid, device_number<Uint>(api, device, info::vendor) == vendor_nvidia);
            else
                p.uuid = made_up_uuid(api, known, extensions, twins);
            all.push_back(std::move(known));
        }
    }
    return all;
}

} // namespace threadx::opencl
