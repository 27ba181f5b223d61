// Compiles the kernel text to PTX when ThreadX is built, for machines that have a GPU but no NVRTC:
//
//     embed_ptx NVRTC OUTPUT      NVRTC: its library; OUTPUT: a C++ source that defines embedded_ptx()
#include <cstdio>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/sha256.hpp"
#include "device/cuda/embedded_ptx.hpp"
#include "device/cuda/nvrtc.hpp"
#include "device/gpu/kernel_text.hpp"

namespace threadx {
namespace {

// The first version that knows compute capability 7.5, of CUDA 10.0. NVRTC writes its own version, which
// older drivers refuse, though the text has nothing that this one has not (a test assembles it).
constexpr std::string_view ptx_version = "6.3";

std::string with_oldest_version(std::string ptx) {
    const std::string word = "\n.version ";
    const std::size_t at = ptx.find(word);
    if (at == std::string::npos) throw Error("NVRTC's PTX has no .version");
    const std::size_t number = at + word.size();
    return ptx.replace(number, ptx.find('\n', number) - number, ptx_version);
}

// Without the lines that tell newer assemblers which bytes of a vector are read: a hint, which the oldest
// version has no word for.
std::string without_hints(std::string ptx) {
    constexpr std::string_view hint = ".pragma \"used_bytes_mask";
    for (std::size_t at = ptx.find(hint); at != std::string::npos; at = ptx.find(hint, at)) {
        const std::size_t begin = ptx.rfind('\n', at) + 1;
        ptx.erase(begin, ptx.find('\n', at) + 1 - begin);
        at = begin;
    }
    return ptx;
}

// A literal that brings its length: compilers give up counting so many characters at compile time.
std::string entry(const Nvrtc& nvrtc, bool single) {
    const std::string text = gpu_kernel_text({DeviceKind::cuda, single, true});
    const std::string ptx = without_hints(
        with_oldest_version(nvrtc.compile(text, {embedded_ptx_architecture, false}, exact_nvrtc_options())));
    const std::string digest = sha256_hex(text);
    return fmt::format("    {{\"{}\", R\"ptx(// ThreadX's kernel text {} as {}.\n{})ptx\"sv}},\n", digest,
                       digest, single ? "float32" : "float64", ptx);
}

void embed(const std::string& library, const std::string& output) {
    std::string why;
    const std::unique_ptr<Nvrtc> nvrtc = Nvrtc::open({library}, why);
    if (nvrtc == nullptr) throw Error(why);
    if (!nvrtc->target_for(embedded_ptx_architecture))
        throw Error(fmt::format("NVRTC {} ({}) no longer compiles for compute capability 7.5; build with an "
                                "older one",
                                nvrtc->version(), library));
    std::string source =
        fmt::format("// Made by embed_ptx with NVRTC {}.\n#include \"device/cuda/embedded_ptx.hpp\"\n\n"
                    "namespace threadx {{\nnamespace {{\n\nusing namespace std::string_view_literals; // "
                    "whose lengths need "
                    "not be counted\n\nconstexpr EmbeddedPtx entries[] = {{\n",
                    nvrtc->version());
    for (const bool single : {false, true}) source += entry(*nvrtc, single);
    source += "};\n\n} // namespace\n\nstd::span<const EmbeddedPtx> embedded_ptx() { return entries; }\n\n"
              "} // namespace threadx\n";
    write_file_atomically(output, source);
}

} // namespace
} // namespace threadx

int main(int count, char** arguments) {
    if (count != 3) {
        std::fputs("usage: embed_ptx NVRTC OUTPUT\n", stderr);
        return 2;
    }
    try {
        threadx::embed(arguments[1], arguments[2]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "embed_ptx: %s\nThreadX can be built without: cmake -DTHREADX_NVRTC=OFF\n",
                     error.what());
        return 1;
    }
    return 0;
}
