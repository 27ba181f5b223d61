// NVIDIA's run-time compiler (NVRTC), which is no part of the driver: it comes with the CUDA toolkit or as a
// Python package, and is used where it is found.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/shared_library.hpp"

namespace threadx {

// What to compile for.
struct NvrtcTarget {
    int architecture = 0; // 75: compute capability 7.5
    bool binary = true; // CUBIN for it alone; otherwise PTX, which the driver compiles for it and later ones
};

// What keeps the bits: no contraction, division and square root correctly rounded, denormals kept.
std::vector<std::string> exact_nvrtc_options();

class Nvrtc {
  public:
    // The first of `candidates` that can be opened and is NVRTC 11.2 or later. Null, and the reason in `why`.
    static std::unique_ptr<Nvrtc> open(const std::vector<std::string>& candidates, std::string& why);
    ~Nvrtc();

    std::string path() const;                                                // of its file
    std::string version() const;                                             // "13.0"
    const std::vector<int>& architectures() const { return architectures_; } // ascending

    // The best way to compile for a device: its own architecture, or the latest before it. Nothing if NVRTC
    // knows only later ones.
    std::optional<NvrtcTarget> target_for(int architecture) const;

    // CUBIN or PTX of a CUDA text. DeviceError with the compiler's log if it does not compile. The log of one
    // that does is put into `log`, if there is one.
    std::string compile(const std::string& text, const NvrtcTarget& target,
                        const std::vector<std::string>& options, std::string* log = nullptr) const;

  private:
    struct Functions;
    Nvrtc();

    std::unique_ptr<SharedLibrary> library_;
    std::unique_ptr<Functions> functions_;
    std::vector<int> architectures_;
    int major_ = 0;
    int minor_ = 0;
};

// Where NVRTC may be, best first. `setting`: the file or folder that the user named; then nothing else is.
// `driver_major`: the driver's CUDA version, whose own compiler suits it best.
std::vector<std::string> nvrtc_candidates(const std::string& setting, int driver_major);

} // namespace threadx
