// What NVRTC makes of the kernel text: instructions that keep the bits, and registers enough.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/sha256.hpp"
#include "base/temporary_folder.hpp"
#include "device/cuda/embedded_ptx.hpp"
#include "device/cuda/nvrtc.hpp"
#include "device/cuda/ptx_census.hpp"
#include "device/device_error.hpp"
#include "device/gpu/kernel_text.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

constexpr int newest_cuda = 13;

std::string text(bool single) { return gpu_kernel_text({DeviceKind::cuda, single, true}); }

const char* precision(bool single) { return single ? "float32" : "float64"; }

// Calls `test` with the NVRTC of this machine; says so where there is none.
template <class Test>
void with_nvrtc(const char* what, const Test& test) {
    std::string why;
    const auto nvrtc = Nvrtc::open(nvrtc_candidates("", newest_cuda), why);
    if (nvrtc == nullptr)
        std::printf("skipped: %s because %s\n", what, why.c_str());
    else
        test(*nvrtc);
}

// The same with each of the architectures.
template <class Test>
void with_architectures(const std::vector<int>& architectures, const char* what, const Test& test) {
    with_nvrtc(what, [&](const Nvrtc& nvrtc) {
        for (const int architecture : architectures) {
            const auto target = nvrtc.target_for(architecture);
            if (!target || !target->binary) {
                std::printf("skipped: %s for sm_%d because NVRTC %s does not know it\n", what, architecture,
                            nvrtc.version().c_str());
                continue;
            }
            for (const bool single : {false, true}) {
                CAPTURE(architecture);
                CAPTURE(single);
                test(nvrtc, architecture, single);
            }
        }
    });
}

std::string ptxas() {
    for (const char* const place : {"ptxas", "/usr/local/cuda/bin/ptxas", "/opt/cuda/bin/ptxas"})
        if (std::system(fmt::format("{} --version >/dev/null 2>&1", place).c_str()) == 0) return place;
    return "";
}

} // namespace

TEST_CASE("the PTX of the kernel text keeps the bits") {
    with_architectures(
        {75, 120}, "the PTX of the kernel text", [](const Nvrtc& nvrtc, int architecture, bool single) {
            const PtxCensus census =
                take_ptx_census(nvrtc.compile(text(single), {architecture, false}, exact_nvrtc_options()));
            for (const std::string& line : census.inexact) FAIL_CHECK(line);
            CHECK(census.of_kernel.contains("canary"));
            CHECK(census.of_kernel.contains("simulate"));
            std::string counts;
            for (const auto& [kernel, count] : census.of_kernel)
                counts += fmt::format(" {} {}", kernel, count);
            std::printf("PTX instructions for sm_%d, %s: %d:%s\n", architecture, precision(single),
                        census.instructions, counts.c_str());
        });
}

TEST_CASE("the check of the PTX finds what does not keep them") {
    with_nvrtc("the check of the PTX", [](const Nvrtc& nvrtc) {
        for (const bool single : {false, true}) {
            CAPTURE(single);
            const std::string fused = nvrtc.compile(text(single), {nvrtc.architectures().front(), false},
                                                    {"-fmad=true", "-use_fast_math", "--std=c++17"});
            std::string found;
            for (const std::string& line : take_ptx_census(fused).inexact) found += line + "\n";
            CHECK(found.find(single ? "\tfma.rn.ftz.f32" : "\tfma.rn.f64") != std::string::npos);
            if (single) CHECK(found.find("div.approx.ftz.f32") != std::string::npos);
        }
    });
    const auto inexact = [](const char* line) { return take_ptx_census(line).inexact.size(); };
    CHECK(inexact("\tadd.f64 %fd1, %fd2, %fd3;") == 1); // may be fused by the assembler
    CHECK(inexact("\t@%p1 mul.f32 %f1, %f2, %f3;") == 1);
    CHECK(inexact("\tmax.f64 %fd1, %fd2, %fd3;") == 1);
    CHECK(inexact("\tmax.f64 %fd1, %fd2, 0dBFF0000000000000;") == 0);
    CHECK(inexact("\tsqrt.approx.f32 %f1, %f2;") == 1);
    CHECK(inexact("\tdiv.full.f32 %f1, %f2, %f3;") == 1);
    CHECK(inexact("\tadd.rn.ftz.f32 %f1, %f2, %f3;") == 1);
    CHECK(inexact("\tcvt.f32.f64 %f1, %fd3;") == 1);
    CHECK(inexact("\tmul.rn.f64 %fd1, %fd2, %fd3;\n\tmad.lo.s32 %r1, %r2, %r3, %r4;\n$L1:\n") == 0);
}

TEST_CASE("the kernels keep their state in registers") {
    with_architectures(
        {90, 120}, "registers of the kernels", [](const Nvrtc& nvrtc, int architecture, bool single) {
            std::vector<std::string> options = exact_nvrtc_options();
            options.emplace_back("--ptxas-options=-v");
            std::string log;
            nvrtc.compile(text(single), {architecture, true}, options, &log);
            const std::regex entry(
                "entry function '(\\w+)'|(\\d+) bytes stack frame, (\\d+) bytes spill stores, "
                "(\\d+) bytes spill loads|Used (\\d+) registers");
            std::string kernel;
            std::string registers;
            int seen = 0;
            for (std::sregex_iterator match(log.begin(), log.end(), entry), end; match != end; ++match) {
                if ((*match)[1].matched) kernel = (*match)[1];
                CAPTURE(kernel);
                if ((*match)[3].matched) {
                    CHECK((*match)[3] == "0");
                    CHECK((*match)[4] == "0");
                    ++seen;
                }
                if ((*match)[5].matched) registers += fmt::format(" {} {}", kernel, (*match)[5].str());
            }
            CHECK_MESSAGE(seen >= 4, log);
            std::printf("registers for sm_%d, %s:%s\n", architecture, precision(single), registers.c_str());
        });
}

TEST_CASE(
    "the PTX that is built in is of this kernel text, and the oldest assembler that could get it takes it") {
    if (embedded_ptx().empty()) {
        std::printf("skipped: the built-in PTX because this build has none\n");
        return;
    }
    REQUIRE(embedded_ptx().size() == 2);
    const std::string assembler = ptxas();
    if (assembler.empty()) std::printf("skipped: assembling the built-in PTX because there is no ptxas\n");
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "kernels.ptx";
    const std::filesystem::path machine_code = folder.path() / "kernels.cubin";
    for (const bool single : {false, true}) {
        const EmbeddedPtx& one = embedded_ptx()[single ? 1 : 0];
        const std::string ptx(one.ptx);
        CHECK(one.text_sha256 == sha256_hex(text(single)));
        CHECK(take_ptx_census(ptx).inexact.empty());
        CHECK(ptx.find("\n.version 6.3\n.target sm_75\n") != std::string::npos);
        if (assembler.empty()) continue;
        const auto assembles = [&](const std::string& code, int architecture) {
            std::ofstream(file) << code;
            return std::system(fmt::format("{} -arch=sm_{} -o {} {} >/dev/null 2>&1", assembler, architecture,
                                           machine_code.string(), file.string())
                                   .c_str()) == 0;
        };
        for (const int architecture : {75, 120}) CHECK(assembles(ptx, architecture));
        // That it looks at the version: the one before does not know the architecture.
        CHECK(!assembles(std::regex_replace(ptx, std::regex("\\.version 6\\.3"), ".version 6.2"), 75));
    }
}
