#include "device/gpu/self_test.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "device/gpu/gpu_simulator.hpp"
#include "device/known_answer.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t memory_for_test = std::uint64_t{16} << 20U;

// Why a device is not used: the whole reason, for log and manifest.
[[noreturn]] void fail(const GpuDevice& device, Precision precision, const std::string& what) {
    throw DeviceError(fmt::format("{} ({}) fails its self-test in {}: {}", device.properties().id,
                                  device.properties().name,
                                  precision == Precision::float64 ? "float64" : "float32", what));
}

// The kernel "canary" of kernels/work_items.h.
template <class Real>
void check_rounding(GpuDevice& device, Precision precision) {
    const Real e = precision == Precision::float64 ? static_cast<Real>(0x1p-27) : static_cast<Real>(0x1p-13);
    const Real in[4] = {e, 3, 2, std::numeric_limits<Real>::min()};
    Real out[4] = {-1, -1, -1, -1};
    Accelerator& accelerator = device.accelerator();
    const auto in_buffer = accelerator.allocate(sizeof in);
    const auto out_buffer = accelerator.allocate(sizeof out);
    const auto kernel = device.program(precision).make_kernel("canary");
    const auto queue = accelerator.make_queue();
    queue->upload(*in_buffer, 0, std::as_bytes(std::span(in)));
    const KernelArgument arguments[] = {*in_buffer, *out_buffer};
    queue->launch(*kernel, 1, arguments);
    queue->download(std::as_writable_bytes(std::span(out)), *out_buffer, 0);
    queue->wait();
    if (out[0] != Real(0)) fail(device, precision, "it fuses multiplications and additions");
    if (out[1] != Real(1) / in[1]) fail(device, precision, "its division is not correctly rounded");
    if (out[2] != std::sqrt(in[2])) fail(device, precision, "its square root is not correctly rounded");
    if (out[3] != in[3] / in[2]) fail(device, precision, "it takes numbers below the normal ones for 0");
}

} // namespace

void self_test(GpuDevice& device, Precision precision) {
    if (precision == Precision::float64)
        check_rounding<double>(device, precision);
    else
        check_rounding<float>(device, precision);
    const KnownSweep known;
    GpuSimulator simulator(device,
                           {known.strategy, known.plan, known.bars, known.execution, precision, known.scope},
                           memory_for_test, 0, 1);
    const std::string hash = hash_of(simulator.make_worker()->run(known.batch));
    if (hash != known_hash(precision))
        fail(device, precision,
             fmt::format("a small sweep has another result (hash {:.12}) than it should ({:.12})", hash,
                         known_hash(precision)));
}

} // namespace threadx
