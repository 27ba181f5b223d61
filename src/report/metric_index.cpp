#include "report/metric_index.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analysis/metrics.hpp"
#include "base/error.hpp"
#include "base/nearest_name.hpp"

namespace threadx {

std::size_t metric_place(const std::string& name) {
    const std::vector<std::string> names = metric_names();
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end())
        throw InputError(fmt::format("no such metric '{}'{}", name, suggestion(name, names)));
    return static_cast<std::size_t>(at - names.begin());
}

} // namespace threadx
