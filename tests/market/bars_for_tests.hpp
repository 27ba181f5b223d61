// What several of the tests of market data need.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "market/bars.hpp"

namespace threadx::test {

// The text of the error that `action` throws, or "no error".
std::string message_of(const auto& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

// A folder for one test, removed at the end.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    std::size_t files() const;

  private:
    std::filesystem::path path_;
};

// Whether all fields have the same bits.
bool same_bits(const Bars& a, const Bars& b);

// Whether the bars are as `Bars` promises, and have as many of everything.
bool well_formed(const Bars& bars);

} // namespace threadx::test
