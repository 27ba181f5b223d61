// PTX of the kernel text, made by embed_ptx.cpp when ThreadX was built; none if there was no NVRTC then.
#pragma once

#include <span>
#include <string_view>

namespace threadx {

constexpr int embedded_ptx_architecture = 75; // for this and all later ones

struct EmbeddedPtx {
    std::string_view text_sha256; // of the text that it was compiled from
    std::string_view ptx;         // ends with a zero
};

std::span<const EmbeddedPtx> embedded_ptx();

} // namespace threadx
