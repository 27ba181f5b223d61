// A run-time compiler without a compiler: what it makes holds the text, by which the fake driver knows it.
// The environment variable FAKE_NVRTC has the architectures it knows ("75,90") and may say "broken".
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct FakeCompilation {
    std::string text;
    std::string log;
    std::string ptx;
    std::string cubin;
};

std::string setting() {
    const char* const value = std::getenv("FAKE_NVRTC");
    return value == nullptr ? "75,80,86,89,90" : value;
}

bool broken() { return setting().find("broken") != std::string::npos; }

std::vector<int> architectures() {
    std::vector<int> all;
    std::istringstream stream(setting());
    for (std::string part; std::getline(stream, part, ',');)
        if (part != "broken") all.push_back(std::atoi(part.c_str()));
    return all;
}

constexpr int out_of_order = 5; // NVRTC_ERROR_INVALID_OPTION
constexpr int compilation = 6;  // NVRTC_ERROR_COMPILATION

int copy(const std::string& text, char* to) {
    std::memcpy(to, text.c_str(), text.size() + 1);
    return 0;
}

} // namespace

extern "C" {

const char* nvrtcGetErrorString(int error) {
    return error == compilation ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR_INVALID_OPTION";
}

int nvrtcVersion(int* major, int* minor) {
    *major = 12;
    *minor = 4;
    return 0;
}

int nvrtcGetNumSupportedArchs(int* count) {
    *count = static_cast<int>(architectures().size());
    return 0;
}

int nvrtcGetSupportedArchs(int* all) {
    for (const int one : architectures()) *all++ = one;
    return 0;
}

int nvrtcCreateProgram(void** program, const char* text, const char*, int, const char* const*,
                       const char* const*) {
    *program = new FakeCompilation{text, {}, {}, {}};
    return 0;
}

int nvrtcDestroyProgram(void** program) {
    delete static_cast<FakeCompilation*>(*program);
    *program = nullptr;
    return 0;
}

int nvrtcCompileProgram(void* program, int count, const char* const* options) {
    auto& made = *static_cast<FakeCompilation*>(program);
    std::string all;
    for (int i = 0; i < count; ++i) all += std::string(options[i]) + " ";
    for (const char* const needed : {"-fmad=false", "-prec-div=true", "-prec-sqrt=true", "-ftz=false"})
        if (all.find(needed) == std::string::npos) {
            made.log = std::string("fake_nvrtc: ") + needed + " is missing, so the bits are not sure";
            return out_of_order;
        }
    if (broken()) {
        made.log = "threadx_kernels.cu(1): error: the fake compiler was told to find one";
        return compilation;
    }
    const std::size_t binary = all.find("=sm_");
    const std::size_t virtual_one = all.find("=compute_");
    if (binary != std::string::npos)
        made.cubin = "\x7f"
                     "ELFfake\n" +
                     made.text;
    if (virtual_one != std::string::npos)
        made.ptx = "// fake\n.version 8.4\n.target sm_" + all.substr(virtual_one + 9, 2) + "\n" + made.text;
    return 0;
}

int nvrtcGetProgramLogSize(void* program, std::size_t* size) {
    *size = static_cast<FakeCompilation*>(program)->log.size() + 1;
    return 0;
}

int nvrtcGetProgramLog(void* program, char* log) {
    return copy(static_cast<FakeCompilation*>(program)->log, log);
}

int nvrtcGetPTXSize(void* program, std::size_t* size) {
    *size = static_cast<FakeCompilation*>(program)->ptx.size() + 1;
    return 0;
}

int nvrtcGetPTX(void* program, char* ptx) { return copy(static_cast<FakeCompilation*>(program)->ptx, ptx); }

int nvrtcGetCUBINSize(void* program, std::size_t* size) {
    *size = static_cast<FakeCompilation*>(program)->cubin.size() + 1;
    return 0;
}

int nvrtcGetCUBIN(void* program, char* cubin) {
    return copy(static_cast<FakeCompilation*>(program)->cubin, cubin);
}

} // extern "C"
