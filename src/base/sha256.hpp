// SHA-256 over bytes given in pieces.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/shared_library.hpp"

namespace threadx {

class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void update(std::span<const std::byte> bytes);
    void update(std::string_view text) { update(std::as_bytes(std::span(text.data(), text.size()))); }

    // The digest of all that was given, as 64 lower-case hexadecimal digits. To be called once.
    std::string hex_digest();

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

LinkedLibrary openssl_library(); // that computes the digests

std::string sha256_hex(std::string_view text);

} // namespace threadx
