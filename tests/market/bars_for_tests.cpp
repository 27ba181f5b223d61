#include "bars_for_tests.hpp"

#include <cmath>
#include <cstring>
#include <iterator>
#include <span>

#include <unistd.h>

namespace threadx::test {
namespace {

std::filesystem::path unique_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "threadx_market_XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw IoError("cannot make " + pattern);
    return pattern;
}

bool same_bits(std::span<const double> a, std::span<const double> b) {
    return a.size() == b.size() &&
           (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

} // namespace

TemporaryFolder::TemporaryFolder() : path_(unique_folder()) {}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::size_t TemporaryFolder::files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
}

bool same_bits(const Bars& a, const Bars& b) {
    return a.time == b.time && same_bits(a.open, b.open) && same_bits(a.high, b.high) &&
           same_bits(a.low, b.low) && same_bits(a.close, b.close) && same_bits(a.volume, b.volume);
}

bool well_formed(const Bars& bars) {
    const std::size_t n = bars.size();
    if (bars.open.size() != n || bars.high.size() != n || bars.low.size() != n || bars.volume.size() != n)
        return false;
    if (bars.has_time() && bars.time.size() != n) return false;
    for (std::size_t i = 0; i < n; ++i) {
        if (i > 0 && bars.has_time() && bars.time[i] <= bars.time[i - 1]) return false;
        if (!(bars.low[i] > 0.0) || !std::isfinite(bars.high[i])) return false;
        for (const double price : {bars.open[i], bars.close[i]})
            if (!(price >= bars.low[i] && price <= bars.high[i])) return false;
        if (bars.volume[i] < 0.0 || std::isinf(bars.volume[i])) return false;
    }
    return true;
}

} // namespace threadx::test
