// `threadx strategies` and `settings`: what there is.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "rules/strategy.hpp"
#include "sweep/builtin_strategies.hpp"
#include "sweep/settings.hpp"
#include "sweep/sweep_request.hpp"

namespace threadx {
namespace {

nlohmann::ordered_json strategy_json(const Strategy& strategy) {
    nlohmann::ordered_json out = {{"name", strategy.name}, {"description", strategy.description}};
    out["parameters"] = nlohmann::ordered_json::array();
    for (const Parameter& parameter : strategy.parameters)
        out["parameters"].push_back({{"name", parameter.name},
                                     {"default", parameter.default_value},
                                     {"min", parameter.minimum},
                                     {"max", parameter.maximum},
                                     {"kind", parameter.integer ? "int" : "float"},
                                     {"description", parameter.description}});
    return out;
}

std::string parameter_list(const Strategy& strategy) {
    std::string list;
    for (const Parameter& parameter : strategy.parameters)
        list += fmt::format("{}{} = {}", list.empty() ? "" : ", ", parameter.name,
                            shortest_text(parameter.default_value));
    return list;
}

} // namespace

int strategies_command(const StrategiesOptions& options) {
    if (!options.name.empty() && !options.json) { // the file itself, to start one's own from
        std::fputs(find_strategy(options.name).text.c_str(), stdout);
        return exit_done;
    }
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const BuiltinStrategy& builtin : builtin_strategies()) {
        if (!options.name.empty() && options.name != builtin.name) continue;
        const Strategy strategy = parse_strategy(builtin.text, builtin.name + ".toml");
        list.push_back(strategy_json(strategy));
        if (!options.json)
            std::printf("%s\n    %s\n    %s\n", strategy.name.c_str(), strategy.description.c_str(),
                        parameter_list(strategy).c_str());
    }
    if (options.json) {
        if (list.empty()) find_strategy(options.name); // says which names there are
        std::printf("%s\n", list.dump(2).c_str());
    } else {
        std::printf("\nPrint one, to start your own from: threadx strategies NAME\n");
    }
    return exit_done;
}

int settings_command(const CommonOptions& options) {
    const Settings settings = load_settings(options.settings, options.overrides);
    std::printf("# settings in force, from: %s\n%s", settings.source.c_str(),
                describe_settings(settings).c_str());
    return exit_done;
}

} // namespace threadx
