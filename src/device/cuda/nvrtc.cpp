#include "device/cuda/nvrtc.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "device/device_error.hpp"

namespace threadx {
namespace {

using NvrtcProgram = struct NvrtcProgramObject*;

constexpr int success = 0;

} // namespace

// X(member, name in the library, parameters)
#define THREADX_NVRTC_FUNCTIONS(X)                                                                           \
    X(version, "nvrtcVersion", (int* major, int* minor))                                                     \
    X(count_architectures, "nvrtcGetNumSupportedArchs", (int* count))                                        \
    X(architectures, "nvrtcGetSupportedArchs", (int* architectures))                                         \
    X(create, "nvrtcCreateProgram",                                                                          \
      (NvrtcProgram * program, const char* text, const char* name, int headers, const char* const* contents, \
       const char* const* names))                                                                            \
    X(destroy, "nvrtcDestroyProgram", (NvrtcProgram * program))                                              \
    X(compile, "nvrtcCompileProgram", (NvrtcProgram program, int count, const char* const* options))         \
    X(log_size, "nvrtcGetProgramLogSize", (NvrtcProgram program, std::size_t * size))                        \
    X(log, "nvrtcGetProgramLog", (NvrtcProgram program, char* text))                                         \
    X(ptx_size, "nvrtcGetPTXSize", (NvrtcProgram program, std::size_t * size))                               \
    X(ptx, "nvrtcGetPTX", (NvrtcProgram program, char* code))                                                \
    X(cubin_size, "nvrtcGetCUBINSize", (NvrtcProgram program, std::size_t * size))                           \
    X(cubin, "nvrtcGetCUBIN", (NvrtcProgram program, char* code))

struct Nvrtc::Functions {
// NOLINTNEXTLINE(bugprone-macro-parentheses): declarations
#define THREADX_MEMBER(member, name, parameters) int(*member) parameters = nullptr;
    THREADX_NVRTC_FUNCTIONS(THREADX_MEMBER)
#undef THREADX_MEMBER
    const char* (*error_string)(int error) = nullptr;

    void check(int result, const char* call) const {
        if (result != success)
            throw DeviceError(fmt::format("NVRTC: {} failed: {}", call, error_string(result)));
    }

    // What a pair of functions delivers: the size, then the bytes.
    template <class SizeOf, class Get>
    std::string text_of(NvrtcProgram program, SizeOf size_of, Get get, const char* call) const {
        std::size_t size = 0;
        check(size_of(program, &size), call);
        std::string text(size, '\0');
        if (size > 0) check(get(program, text.data()), call);
        return text;
    }
};

std::vector<std::string> exact_nvrtc_options() {
    return {"-fmad=false", "-prec-div=true", "-prec-sqrt=true", "-ftz=false", "--std=c++17"};
}

Nvrtc::Nvrtc() : functions_(std::make_unique<Functions>()) {}

Nvrtc::~Nvrtc() = default;

std::unique_ptr<Nvrtc> Nvrtc::open(const std::vector<std::string>& candidates, std::string& why) {
    std::unique_ptr<Nvrtc> nvrtc(new Nvrtc());
    nvrtc->library_ = SharedLibrary::open(candidates, why);
    if (nvrtc->library_ == nullptr) {
        why = fmt::format("NVRTC is not installed or cannot be opened ({})",
                          why.empty() ? "there is no file of it where it was looked for" : why);
        return nullptr;
    }
    const SharedLibrary& library = *nvrtc->library_;
    Functions& functions = *nvrtc->functions_;
    functions.error_string = library.find<const char*(int)>("nvrtcGetErrorString");
    bool complete = functions.error_string != nullptr;
// NOLINTBEGIN(bugprone-macro-parentheses): the parameters of a type
#define THREADX_FIND(member, name, parameters)                                                               \
    functions.member = library.find<int parameters>(name);                                                   \
    complete = complete && functions.member != nullptr;
    // NOLINTEND(bugprone-macro-parentheses)
    THREADX_NVRTC_FUNCTIONS(THREADX_FIND)
#undef THREADX_FIND
    if (!complete) {
        why = fmt::format("{} is not NVRTC 11.2 or later", library.name());
        return nullptr;
    }
    try {
        int count = 0;
        functions.check(functions.version(&nvrtc->major_, &nvrtc->minor_), "nvrtcVersion");
        functions.check(functions.count_architectures(&count), "nvrtcGetNumSupportedArchs");
        nvrtc->architectures_.resize(static_cast<std::size_t>(count));
        functions.check(functions.architectures(nvrtc->architectures_.data()), "nvrtcGetSupportedArchs");
    } catch (const DeviceError& error) {
        why = fmt::format("{}: {}", library.name(), error.what());
        return nullptr;
    }
    std::sort(nvrtc->architectures_.begin(), nvrtc->architectures_.end());
    return nvrtc;
}

std::string Nvrtc::path() const { return library_->path(); }

std::string Nvrtc::version() const { return fmt::format("{}.{}", major_, minor_); }

std::optional<NvrtcTarget> Nvrtc::target_for(int architecture) const {
    const auto later = std::upper_bound(architectures_.begin(), architectures_.end(), architecture);
    if (later == architectures_.begin()) return std::nullopt;
    const int best = *(later - 1);
    return NvrtcTarget{best, best == architecture};
}

std::string Nvrtc::compile(const std::string& text, const NvrtcTarget& target,
                           const std::vector<std::string>& options, std::string* log) const {
    const Functions& functions = *functions_;
    NvrtcProgram program = nullptr;
    functions.check(functions.create(&program, text.c_str(), "threadx_kernels.cu", 0, nullptr, nullptr),
                    "nvrtcCreateProgram");
    const auto destroy = [&functions](NvrtcProgram* made) { functions.destroy(made); };
    const std::unique_ptr<NvrtcProgram, decltype(destroy)> guard(&program, destroy);

    std::vector<std::string> all = {
        fmt::format("--gpu-architecture={}_{}", target.binary ? "sm" : "compute", target.architecture)};
    all.insert(all.end(), options.begin(), options.end());
    std::vector<const char*> pointers;
    for (const std::string& option : all) pointers.push_back(option.c_str());
    const int result = functions.compile(program, static_cast<int>(pointers.size()), pointers.data());
    std::string words = functions.text_of(program, functions.log_size, functions.log, "nvrtcGetProgramLog");
    while (!words.empty() && (words.back() == '\0' || words.back() == '\n')) words.pop_back();
    if (result != success)
        throw DeviceError(fmt::format("NVRTC {} does not compile the kernels with {}: {}\n{}", version(),
                                      fmt::join(all, " "), functions.error_string(result), words));
    if (log != nullptr) *log = words;
    if (target.binary)
        return functions.text_of(program, functions.cubin_size, functions.cubin, "nvrtcGetCUBIN");
    std::string ptx = functions.text_of(program, functions.ptx_size, functions.ptx, "nvrtcGetPTX");
    while (!ptx.empty() && ptx.back() == '\0') ptx.pop_back();
    return ptx;
}

} // namespace threadx
