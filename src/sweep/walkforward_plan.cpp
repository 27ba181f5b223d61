#include "sweep/walkforward_plan.hpp"

#include <map>
#include <utility>

namespace threadx {

WalkforwardPlan plan_walkforward(const WalkforwardSettings& settings, const Bars& bars,
                                 const std::string& where) {
    WalkforwardPlan out{settings, make_folds(settings, bars, where), {}, {}};
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> numbers;
    for (const Fold& fold : out.folds) {
        std::vector<std::size_t>& windows = out.fold_windows.emplace_back();
        for (const BarRange& range : fold.train) {
            const auto [found, is_new] = numbers.try_emplace({range.first, range.end}, out.windows.size());
            if (is_new) out.windows.push_back(range);
            windows.push_back(found->second);
        }
    }
    return out;
}

} // namespace threadx
