#include "device/cuda/cuda_driver.hpp"

#include <array>
#include <fstream>

#include <fmt/format.h>

#include "device/cuda/cuda_accelerator.hpp"
#include "device/cuda/embedded_ptx.hpp"
#include "device/device_error.hpp"

namespace threadx {
namespace {

constexpr int oldest_version = 11000;   // cuDevicePrimaryCtxRelease_v2
constexpr int newest_known = 13000;     // its NVRTC is looked for where no driver says which
constexpr int oldest_architecture = 70; // before it, threads of a group share one program counter

std::string version_text(int version) {
    return fmt::format("CUDA {}.{}", version / 1000, version % 1000 / 10);
}

// The driver's own number, which users know: "580.65.06"; empty where the system does not tell.
std::string module_version() {
    std::string text;
    std::ifstream("/sys/module/nvidia/version") >> text;
    return text;
}

std::string driver_text(int version) {
    const std::string number = module_version();
    return version_text(version) + (number.empty() ? "" : ", driver " + number);
}

// As nvidia-smi writes it: GPU-01234567-89ab-cdef-0123-456789abcdef.
std::string uuid_text(const CudaUuid& uuid) {
    std::string text = "GPU";
    for (int i = 0; i < 16; ++i) {
        if (i == 0 || i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += fmt::format("{:02x}", uuid.bytes[i]);
    }
    return text;
}

} // namespace

std::unique_ptr<DeviceDriver> open_cuda_driver(const DriverSettings& settings) {
    return std::make_unique<CudaDriver>(settings, "libcuda.so.1");
}

CudaDriver::CudaDriver(DriverSettings settings, const std::string& library)
    : settings_(std::move(settings)), library_(library) {
    std::unique_ptr<CudaApi> api = CudaApi::open(library, missing_);
    if (api == nullptr) {
        broken_ = missing_.find("is not installed") == std::string::npos;
        return;
    }
    library_ = api->path();
    if (const CudaResult result = api->init(0); result != CudaResult::success) {
        missing_ = fmt::format("the NVIDIA driver does not work: cuInit failed: {}{}", api->describe(result),
                               result == CudaResult::no_device ? "; no device is visible to it" : "");
        broken_ = result != CudaResult::no_device;
        return;
    }
    if (const CudaResult result = api->driver_version(&version_); result != CudaResult::success) {
        missing_ = fmt::format("the NVIDIA driver does not work: cuDriverGetVersion failed: {}",
                               api->describe(result));
        broken_ = true;
        return;
    }
    api_ = std::move(api);
    code_ = std::make_unique<CudaCodeSource>(settings_, version_);
}

std::vector<DeviceProperties> CudaDriver::devices() {
    std::vector<DeviceProperties> devices;
    int count = 0;
    if (api_ == nullptr || api_->device_count(&count) != CudaResult::success) return devices;
    for (int index = 0; index < count; ++index) {
        DeviceProperties device;
        device.id = fmt::format("cuda:{}", index);
        device.kind = DeviceKind::cuda;
        device.index = index;
        try {
            describe(device);
        } catch (const Error& error) {
            device.unusable = error.what();
        }
        devices.push_back(device);
    }
    return devices;
}

void CudaDriver::describe(DeviceProperties& device) {
    const auto check = [this](CudaResult result, const char* call) {
        if (result != CudaResult::success)
            throw DeviceError(fmt::format("{} failed: {}", call, api_->describe(result)));
    };
    CudaDevice handle = 0;
    check(api_->device_get(&handle, device.index), "cuDeviceGet");
    const auto attribute = [&](CudaDeviceAttribute which) {
        int value = 0;
        check(api_->device_attribute(&value, which, handle), "cuDeviceGetAttribute");
        return value;
    };
    std::array<char, 256> name{};
    check(api_->device_name(name.data(), name.size() - 1, handle), "cuDeviceGetName");
    device.name = name.data();
    CudaUuid uuid{};
    check(api_->device_uuid(&uuid, handle), "cuDeviceGetUuid");
    device.uuid = uuid_text(uuid);
    std::size_t bytes = 0;
    check(api_->device_memory(&bytes, handle), "cuDeviceTotalMem");
    device.memory_bytes = bytes;
    const int major = attribute(CudaDeviceAttribute::compute_capability_major);
    const int minor = attribute(CudaDeviceAttribute::compute_capability_minor);
    device.compute_capability = fmt::format("{}.{}", major, minor);
    device.compute_units = attribute(CudaDeviceAttribute::multiprocessor_count);
    device.float64 = true;
    if (const int ratio = attribute(CudaDeviceAttribute::single_to_double_precision_perf_ratio); ratio > 0)
        device.float64_rate = 1.0 / ratio;
    device.driver = driver_text(version_);

    if (version_ < oldest_version)
        device.unusable =
            fmt::format("the NVIDIA driver is too old: it is for {}, and 11.0 or later is needed",
                        version_text(version_));
    else if (major * 10 + minor < oldest_architecture) {
        device.unusable = fmt::format("its compute capability is {}, and 7.0 or later is needed",
                                      device.compute_capability);
        device.unusable_by_nature = true;
    } else if (attribute(CudaDeviceAttribute::compute_mode) == cuda_compute_mode_prohibited)
        device.unusable = "its compute mode is prohibited; nvidia-smi -c 0 allows it again";
    else
        device.unusable = code_->missing_for(major * 10 + minor);
}

std::unique_ptr<Accelerator> CudaDriver::open(const DeviceProperties& device) {
    if (api_ == nullptr) throw DeviceError(fmt::format("{}: {}", device.id, missing_));
    if (!device.unusable.empty())
        throw DeviceError(fmt::format("{} ({}) cannot be used: {}", device.id, device.name, device.unusable));
    return std::make_unique<CudaAccelerator>(api_, device, settings_, version_);
}

std::vector<DriverLibrary> CudaDriver::libraries() {
    DriverLibrary driver{.name = "libcuda",
                         .enables = "NVIDIA's GPUs",
                         .missing = missing_,
                         .broken = broken_,
                         .remedy =
                             "restart the machine, or install NVIDIA's driver anew: its libraries and its "
                             "kernel module must be of one version; nvidia-smi says more"};
    if (library_.find('/') != std::string::npos) driver.path = library_;
    if (api_ != nullptr) driver.version = driver_text(version_);
    return {driver, compiler()};
}

DriverLibrary CudaDriver::compiler() {
    DriverLibrary out{.name = "NVRTC", .enables = "kernels made for the GPU at hand"};
    CudaCodeSource any(settings_, newest_known); // what would be used if there were a driver
    const Nvrtc* const nvrtc = (code_ == nullptr ? any : *code_).nvrtc(out.missing);
    if (nvrtc != nullptr) {
        out.path = nvrtc->path();
        out.version = nvrtc->version();
        return out;
    }
    out.broken = !settings_.nvrtc.empty();
    out.remedy = "set [gpu] nvrtc to NVRTC's file or folder, or leave it out: then it is searched for";
    if (!embedded_ptx().empty()) out.instead = "the PTX that is built in";
    return out;
}

} // namespace threadx
