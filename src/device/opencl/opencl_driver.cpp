// The driver for every device that OpenCL 1.2 reaches.
#include <algorithm>

#include "device/device_driver.hpp"
#include "device/opencl/opencl_accelerator.hpp"

namespace threadx {
namespace opencl {
namespace {

class OpenClDriver final : public DeviceDriver {
  public:
    explicit OpenClDriver(DriverSettings settings) : settings_(std::move(settings)) {
        std::string why;
        const std::unique_ptr<SharedLibrary> library = SharedLibrary::open({"libOpenCL.so.1"}, why);
        if (!library) {
            broken_ = why.find("No such file") == std::string::npos;
            missing_ = broken_ ? "no OpenCL: " + why : "no OpenCL: libOpenCL.so.1 is not installed";
            return;
        }
        path_ = library->path();
        const std::string absent = find_functions(*library, api_);
        if (!absent.empty()) {
            missing_ = "no OpenCL: libOpenCL.so.1 has no " + absent + "; OpenCL 1.2 is needed";
            broken_ = true;
            return;
        }
        Uint platforms = 0;
        if (api_.get_platforms(0, nullptr, &platforms) != status::success || platforms == 0) {
            missing_ = "no OpenCL: libOpenCL.so.1 knows no platform; install the OpenCL driver of the device";
            return;
        }
        known_ = list_devices(api_);
    }

    DeviceKind kind() const override { return DeviceKind::opencl; }
    std::string missing() const override { return missing_; }

    std::vector<DeviceProperties> devices() override {
        std::vector<DeviceProperties> all;
        all.reserve(known_.size());
        for (const KnownDevice& known : known_) all.push_back(known.properties);
        return all;
    }

    std::unique_ptr<Accelerator> open(const DeviceProperties& device) override {
        const auto known = std::find_if(known_.begin(), known_.end(), [&](const KnownDevice& candidate) {
            return candidate.properties.id == device.id;
        });
        if (known == known_.end()) throw DeviceError("OpenCL has no device " + device.id);
        if (!known->properties.unusable.empty())
            throw DeviceError(device.id + " (" + device.name +
                              ") cannot be used: " + known->properties.unusable);
        return std::make_unique<OpenClAccelerator>(api_, *known, settings_.kernel_cache);
    }

    // The loader, and a line for each platform that it knows.
    std::vector<DriverLibrary> libraries() override {
        std::vector<DriverLibrary> all = {{.name = "libOpenCL",
                                           .enables = "OpenCL devices",
                                           .path = path_,
                                           .missing = missing_,
                                           .broken = broken_,
                                           .remedy = "install the loader anew (Debian, Ubuntu: "
                                                     "ocl-icd-libopencl1)"}};
        if (!missing_.empty()) return all;
        for (const KnownPlatform& platform : list_platforms(api_))
            all.push_back({.name = "OpenCL platform",
                           .enables = "the devices of " + platform.name,
                           .version = platform.version});
        return all;
    }

  private:
    DriverSettings settings_;
    std::string path_; // of the loader's file
    std::string missing_;
    bool broken_ = false; // there is a loader, and it does not work
    Api api_;
    std::vector<KnownDevice> known_;
};

} // namespace
} // namespace opencl

std::unique_ptr<DeviceDriver> open_opencl_driver(const DriverSettings& settings) {
    return std::make_unique<opencl::OpenClDriver>(settings);
}

} // namespace threadx
