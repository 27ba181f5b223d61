#include "report/packed_numbers.hpp"

#include <bit>
#include <limits>
#include <stdexcept>

#include <openssl/evp.h>

namespace threadx {
namespace {

static_assert(std::endian::native == std::endian::little, "the bytes are taken as they lie in memory");

std::string base64(const void* bytes, std::size_t size) {
    if (size > std::numeric_limits<int>::max() / 2) throw std::logic_error("packed: more than 1 GiB");
    std::string text(4 * ((size + 2) / 3) + 1, '\0'); // EVP_EncodeBlock ends it with a zero
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                       static_cast<const unsigned char*>(bytes), static_cast<int>(size));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

} // namespace

std::string packed(std::span<const float> numbers) { return base64(numbers.data(), numbers.size_bytes()); }
std::string packed(std::span<const double> numbers) { return base64(numbers.data(), numbers.size_bytes()); }
std::string packed(std::span<const std::uint32_t> numbers) {
    return base64(numbers.data(), numbers.size_bytes());
}
std::string packed(std::span<const std::uint8_t> numbers) {
    return base64(numbers.data(), numbers.size_bytes());
}

} // namespace threadx
