#include "store/row_hash.hpp"

#include <bit>

namespace threadx {

RowHash::RowHash(const RowSchema& schema) {
    std::string header = "threadx-rows-1\n";
    const char* separator = "";
    for (const std::vector<std::string>* names : {&schema.parameters, &schema.metrics})
        for (const std::string& name : *names) {
            header += separator + name;
            separator = ",";
        }
    sha_.update(header + "\n");
}

void RowHash::put(std::uint64_t bits) {
    for (int byte = 0; byte < 8; ++byte) buffer_.push_back(static_cast<std::byte>(bits >> (8 * byte)));
}

void RowHash::add(std::uint64_t scenario, RowStatus status, std::span<const double> values) {
    buffer_.clear();
    put(scenario);
    buffer_.push_back(static_cast<std::byte>(status));
    for (const double value : values) put(std::bit_cast<std::uint64_t>(canonical(value)));
    sha_.update(buffer_);
}

std::string RowHash::hex_digest() { return sha_.hex_digest(); }

} // namespace threadx
