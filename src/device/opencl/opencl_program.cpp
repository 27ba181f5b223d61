#include "device/opencl/opencl_program.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace threadx::opencl {
namespace {

constexpr std::size_t gpu_group = 64;     // two warps, one wave
constexpr std::size_t longest_log = 4000; // bytes; the first mistake is what matters

// Nothing that lets the compiler change bits: no -cl-fast-relaxed-math, no -cl-mad-enable. The text itself
// switches contraction off, for which there is no option.
std::string build_options(const DeviceProperties& properties) {
    std::string options = "-cl-std=CL1.2";
    if (properties.rounded_float32_division) options += " -cl-fp32-correctly-rounded-divide-sqrt";
    return options;
}

} // namespace

OpenClKernel::OpenClKernel(const OpenClContext& context, Program program, const std::string& name)
    : name_(name), kernel_(nullptr, context.api().release_kernel) {
    Status status = status::success;
    kernel_.reset(context.api().create_kernel(program, name.c_str(), &status));
    context.check(status, fmt::format("clCreateKernel ('{}')", name).c_str());
    const auto number = [&](Uint what) {
        std::size_t value = 1;
        context.check(context.api().get_kernel_group_info(kernel_.get(), context.device(), what, sizeof value,
                                                          &value, nullptr),
                      "clGetKernelWorkGroupInfo");
        return std::max<std::size_t>(value, 1);
    };
    const std::size_t multiple = number(info::kernel_group_multiple);
    const std::size_t largest = number(info::kernel_largest_group);
    // A processor's cores take a group each: small ones spread the work, and fill its registers all the same.
    const std::size_t wanted =
        context.properties().is_cpu ? multiple : std::max(multiple, gpu_group / multiple * multiple);
    group_size_ = std::min(wanted, largest);
}

OpenClProgram::OpenClProgram(const OpenClContext& context, const KernelCache& cache, const std::string& text)
    : context_(context), program_(nullptr, context.api().release_program) {
    const std::string options = build_options(context.properties());
    const std::string key =
        KernelCache::key({"opencl", text, options, context.properties().name, context.properties().driver});
    const std::optional<std::string> known = cache.find(key);
    if (known && build_from(*known, options)) return;

    const char* start = text.data();
    const std::size_t size = text.size();
    Status status = status::success;
    program_.reset(context.api().create_program(context.context(), 1, &start, &size, &status));
    context.check(status, "clCreateProgramWithSource");
    status = build(options);
    if (status == status::build_failure)
        throw context.error(
            fmt::format("its compiler refuses the kernels (options {}):\n{}", options, build_log()));
    context.check(status, "clBuildProgram");
    if (const std::string made = binary(); !made.empty()) cache.store(key, made);
}

Status OpenClProgram::build(const std::string& options) const {
    const Device device = context_.device();
    return context_.api().build_program(program_.get(), 1, &device, options.c_str(), nullptr, nullptr);
}

// A driver may refuse its own binary, for instance after an update that its version does not tell.
bool OpenClProgram::build_from(const std::string& binary, const std::string& options) {
    const Device device = context_.device();
    const std::size_t size = binary.size();
    const auto* start = reinterpret_cast<const unsigned char*>(binary.data());
    Status status = status::success, binary_status = status::success;
    program_.reset(context_.api().create_program_from_binary(context_.context(), 1, &device, &size, &start,
                                                             &binary_status, &status));
    return status == status::success && binary_status == status::success && build(options) == status::success;
}

std::string OpenClProgram::binary() const {
    const auto get = [&](Uint what, auto& value) {
        return context_.api().get_program_info(program_.get(), what, sizeof value, &value, nullptr) ==
               status::success;
    };
    std::size_t size = 0;
    if (!get(info::program_binary_sizes, size) || size == 0) return "";
    std::string code(size, '\0');
    char* start = code.data();
    return get(info::program_binaries, start) ? code : "";
}

std::string OpenClProgram::build_log() const {
    std::size_t size = 0;
    const Api& api = context_.api();
    if (api.get_build_info(program_.get(), context_.device(), info::build_log, 0, nullptr, &size) != 0 ||
        size <= 1)
        return "it does not say why";
    std::string log(size, '\0');
    if (api.get_build_info(program_.get(), context_.device(), info::build_log, size, log.data(), nullptr) !=
        0)
        return "it does not say why";
    log.resize(std::min({log.size(), log.find('\0'), longest_log}));
    return log;
}

std::unique_ptr<DeviceKernel> OpenClProgram::make_kernel(const std::string& name) {
    return std::make_unique<OpenClKernel>(context_, program_.get(), name);
}

} // namespace threadx::opencl
