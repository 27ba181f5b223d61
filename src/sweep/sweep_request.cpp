#include "sweep/sweep_request.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"
#include "base/toml_config.hpp"
#include "sweep/builtin_strategies.hpp"

namespace threadx {
namespace {

const BuiltinStrategy* find_builtin(const std::string& name) {
    for (const BuiltinStrategy& strategy : builtin_strategies())
        if (strategy.name == name) return &strategy;
    return nullptr;
}

std::vector<std::string> builtin_names() {
    std::vector<std::string> names;
    for (const BuiltinStrategy& strategy : builtin_strategies()) names.push_back(strategy.name);
    return names;
}

void choose_strategy(const ConfigNode& root, const std::filesystem::path& folder, SweepRequest& request) {
    const ConfigNode* table = root.find("strategy");
    if (table == nullptr)
        root.fail("a sweep needs a [strategy] section with use = \"name\" or file = \"my.toml\"");
    table->refuse_unknown_keys({"use", "file"});
    const ConfigNode* use = table->find("use");
    const ConfigNode* file = table->find("file");
    if ((use == nullptr) == (file == nullptr))
        table->fail("give either use = \"name\" or file = \"my.toml\"");
    if (use != nullptr) {
        const BuiltinStrategy* builtin = find_builtin(use->text());
        if (builtin == nullptr)
            use->fail(fmt::format("no built-in strategy '{}'{}", use->text(),
                                  suggestion(use->text(), builtin_names())));
        request.strategy_name = builtin->name + ".toml";
        request.strategy_text = builtin->text;
    } else {
        const std::filesystem::path path = folder / file->text();
        if (!std::filesystem::exists(path))
            file->fail(fmt::format("strategy file '{}' does not exist", path.string()));
        request.strategy_name = path.string();
        request.strategy_text = read_file(path);
    }
}

std::filesystem::path find_data(const ConfigNode& root, const std::filesystem::path& folder,
                                const Settings& settings) {
    const ConfigNode* table = root.find("data");
    const ConfigNode* file = table == nullptr ? nullptr : table->find("file");
    if (file == nullptr) root.fail("a sweep needs a [data] section with file = \"bars.csv\", or --data FILE");
    // What the command line names is relative to where the user is; what a file names, to that file.
    const bool from_command_line = file->where.rfind("--", 0) == 0;
    std::vector<std::filesystem::path> candidates = {from_command_line ? std::filesystem::path(file->text())
                                                                       : folder / file->text()};
    if (!settings.paths.data.empty())
        candidates.push_back(std::filesystem::path(settings.paths.data) / file->text());
    for (const std::filesystem::path& candidate : candidates)
        if (std::filesystem::exists(candidate))
            return std::filesystem::absolute(candidate).lexically_normal();
    std::string looked;
    for (const std::filesystem::path& candidate : candidates)
        looked += fmt::format("{}'{}'", looked.empty() ? "" : " and ", candidate.string());
    file->fail(fmt::format("data file not found: looked for {}", looked));
}

} // namespace

SweepRequest read_request(const std::filesystem::path& config, const std::vector<std::string>& overrides,
                          const std::optional<IdRange>& range, const Settings& settings) {
    SweepRequest request;
    request.config_name = config.string();
    request.config_text = read_file(config);
    request.overrides = overrides;
    request.range = range;
    ConfigNode root = ConfigNode::parse(request.config_text, request.config_name);
    for (const std::string& assignment : overrides) root.assign(assignment);
    const std::filesystem::path folder = config.parent_path();
    choose_strategy(root, folder, request);
    request.data_file = find_data(root, folder, settings);
    return request;
}

StrategyText find_strategy(const std::string& name_or_path) {
    if (const BuiltinStrategy* builtin = find_builtin(name_or_path))
        return {builtin->name + ".toml", builtin->text};
    if (!std::filesystem::exists(name_or_path))
        throw InputError(fmt::format("'{}' is neither a strategy file nor a built-in strategy{}",
                                     name_or_path, suggestion(name_or_path, builtin_names())));
    return {name_or_path, read_file(name_or_path)};
}

IdRange parse_range(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon != std::string::npos) {
        const auto first = parse_integer(std::string_view(text).substr(0, colon));
        const auto last = parse_integer(std::string_view(text).substr(colon + 1));
        if (first && last && *first >= 0 && *first < *last)
            return {static_cast<std::uint64_t>(*first), static_cast<std::uint64_t>(*last)};
    }
    throw InputError(
        fmt::format("--range {}: expected first:last, scenario ids with first < last, for example 0:1000 "
                    "(the last one is not included)",
                    text));
}

} // namespace threadx
