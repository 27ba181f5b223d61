// Arrays of numbers as base64 text, which a page turns into typed arrays without parsing numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace threadx {

// The bytes of the numbers, little-endian, one after the other, in base64 (RFC 4648, padded).
std::string packed(std::span<const float> numbers);
std::string packed(std::span<const double> numbers);
std::string packed(std::span<const std::uint32_t> numbers);
std::string packed(std::span<const std::uint8_t> numbers);

} // namespace threadx
