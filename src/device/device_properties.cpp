#include "device/device_properties.hpp"

namespace threadx {

std::string_view device_kind_name(DeviceKind kind) {
    switch (kind) {
    case DeviceKind::cpu: return "cpu";
    case DeviceKind::cuda: return "cuda";
    case DeviceKind::opencl: return "opencl";
    }
    return "";
}

} // namespace threadx
