#include "device/cuda/cuda_code.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/sha256.hpp"
#include "device/cuda/embedded_ptx.hpp"
#include "device/device_error.hpp"

namespace threadx {

CudaCodeSource::CudaCodeSource(const DriverSettings& settings, int driver_version)
    : settings_(settings), driver_major_(driver_version / 1000), cache_(settings.kernel_cache) {}

const Nvrtc* CudaCodeSource::nvrtc(std::string& why) {
    const std::lock_guard lock(mutex_);
    if (!searched_) {
        nvrtc_ = Nvrtc::open(nvrtc_candidates(settings_.nvrtc, driver_major_), why_no_nvrtc_);
        searched_ = true;
    }
    why = why_no_nvrtc_;
    return nvrtc_.get();
}

std::string CudaCodeSource::missing_for(int architecture) {
    if (!embedded_ptx().empty() && architecture >= embedded_ptx_architecture) return {};
    std::string why;
    const Nvrtc* const compiler = nvrtc(why);
    if (compiler == nullptr)
        return fmt::format("no code for it is built in, and there is no compiler: {}; install NVRTC, or set "
                           "[gpu] nvrtc to its file or folder",
                           why);
    if (compiler->target_for(architecture)) return {};
    return fmt::format(
        "NVRTC {} ({}) compiles for compute capability {}.{} and later; an older NVRTC, set as "
        "[gpu] nvrtc, may do it",
        compiler->version(), compiler->path(), compiler->architectures().front() / 10,
        compiler->architectures().front() % 10);
}

std::optional<CudaCode> CudaCodeSource::compiled(const std::string& text, int architecture,
                                                 std::string& why) {
    const Nvrtc* const compiler = nvrtc(why);
    if (compiler == nullptr) return std::nullopt;
    const std::optional<NvrtcTarget> target = compiler->target_for(architecture);
    if (!target) {
        why = fmt::format("NVRTC {} does not know the architecture sm_{}", compiler->version(), architecture);
        return std::nullopt;
    }
    const std::vector<std::string> options = exact_nvrtc_options();
    const std::string wanted = fmt::format("{}_{}", target->binary ? "sm" : "compute", target->architecture);
    const std::string key = KernelCache::key(
        {text, fmt::format("{}", fmt::join(options, " ")), "NVRTC " + compiler->version(), wanted});
    CudaCode code{{}, fmt::format("NVRTC {}", compiler->version())};
    if (std::optional<std::string> kept = cache_.find(key)) {
        code.image = std::move(*kept);
        return code;
    }
    try {
        code.image = compiler->compile(text, *target, options);
    } catch (const DeviceError& error) {
        why = error.what();
        return std::nullopt;
    }
    cache_.store(key, code.image);
    return code;
}

std::optional<CudaCode> CudaCodeSource::embedded(const std::string& text, int architecture,
                                                 std::string& why) {
    if (architecture < embedded_ptx_architecture) {
        why = "the PTX that is built in is for compute capability 7.5 and later";
        return std::nullopt;
    }
    const std::string digest = sha256_hex(text);
    for (const EmbeddedPtx& one : embedded_ptx())
        if (one.text_sha256 == digest) return CudaCode{std::string(one.ptx), "built-in PTX"};
    why =
        embedded_ptx().empty() ? "no PTX is built in" : "the PTX that is built in is of another kernel text";
    return std::nullopt;
}

} // namespace threadx
