#include "base/toml_config.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/error.hpp"
#include "base/nearest_name.hpp"

namespace threadx {
namespace {

std::string_view kind_name(ConfigNode::Kind kind) {
    switch (kind) {
    case ConfigNode::Kind::table: return "a table";
    case ConfigNode::Kind::list: return "a list";
    case ConfigNode::Kind::text: return "text";
    case ConfigNode::Kind::integer: return "an integer";
    case ConfigNode::Kind::number: return "a number";
    case ConfigNode::Kind::boolean: return "true or false";
    case ConfigNode::Kind::other: return "a date or time";
    }
    return "";
}

} // namespace

// Turns toml++'s tree (whose tables are sorted by name) into ours (in the order of the file).
class ConfigBuilder {
  public:
    explicit ConfigBuilder(std::string name) : name_(std::move(name)) {}

    ConfigNode build(const toml::node& node) const {
        ConfigNode out;
        const toml::source_position at = node.source().begin;
        out.where = at.line == 0 ? name_ : fmt::format("{}:{}:{}", name_, at.line, at.column);
        if (const toml::table* table = node.as_table()) {
            out.kind = ConfigNode::Kind::table;
            add_entries(*table, out);
        } else if (const toml::array* array = node.as_array()) {
            out.kind = ConfigNode::Kind::list;
            for (const toml::node& item : *array) out.list_.push_back(build(item));
        } else if (const auto* text = node.as_string()) {
            out.kind = ConfigNode::Kind::text;
            out.text_ = text->get();
        } else if (const auto* integer = node.as_integer()) {
            out.kind = ConfigNode::Kind::integer;
            out.integer_ = integer->get();
            out.number_ = static_cast<double>(integer->get());
        } else if (const auto* number = node.as_floating_point()) {
            out.kind = ConfigNode::Kind::number;
            out.number_ = number->get();
        } else if (const auto* boolean = node.as_boolean()) {
            out.kind = ConfigNode::Kind::boolean;
            out.boolean_ = boolean->get();
        } else {
            out.kind = ConfigNode::Kind::other;
        }
        return out;
    }

  private:
    void add_entries(const toml::table& table, ConfigNode& out) const {
        struct Item {
            toml::source_position at;
            std::pair<std::string, ConfigNode> entry;
        };
        std::vector<Item> items;
        for (auto&& [key, value] : table)
            items.push_back({key.source().begin, {std::string(key.str()), build(value)}});
        std::stable_sort(items.begin(), items.end(),
                         [](const Item& a, const Item& b) { return a.at < b.at; });
        for (Item& item : items) out.entries_.push_back(std::move(item.entry));
    }

    std::string name_;
};

ConfigNode ConfigNode::parse(std::string_view text, const std::string& name) {
    try {
        const toml::table table = toml::parse(text, name);
        ConfigNode root = ConfigBuilder(name).build(table);
        root.where = name;
        return root;
    } catch (const toml::parse_error& error) {
        const toml::source_position at = error.source().begin;
        throw InputError(fmt::format("{}:{}:{}: {}", name, at.line, at.column, error.description()));
    }
}

void ConfigNode::assign(std::string_view assignment, std::string_view option) {
    const std::size_t split = assignment.find('=');
    if (split == std::string_view::npos || split == 0)
        throw InputError(fmt::format("{} {}: expected section.key=value", option, assignment));
    const std::string value_text(assignment.substr(split + 1));
    const std::string name = fmt::format("{} {}", option, assignment);

    ConfigNode value;
    try {
        value = ConfigNode::parse("value = " + value_text, name).entries_.front().second;
    } catch (const InputError&) { // not TOML: a bare word such as ma_crossover
        value.kind = Kind::text;
        value.text_ = value_text;
    }
    value.where = name;

    ConfigNode* node = this;
    std::istringstream path{std::string(assignment.substr(0, split))};
    for (std::string key; std::getline(path, key, '.');) {
        if (node->kind != Kind::table)
            throw InputError(fmt::format("{}: '{}' stands inside a value that is not a table", name, key));
        const auto at = std::find_if(node->entries_.begin(), node->entries_.end(),
                                     [&](const auto& entry) { return entry.first == key; });
        if (at != node->entries_.end()) {
            node = &at->second;
        } else {
            node->entries_.emplace_back(key, ConfigNode{});
            node = &node->entries_.back().second;
            node->where = name;
        }
    }
    *node = std::move(value);
}

void ConfigNode::expect(Kind wanted, std::string_view description) const {
    if (kind != wanted) fail(fmt::format("expected {}, found {}", description, kind_name(kind)));
}

double ConfigNode::number() const {
    if (!is_number()) expect(Kind::number, "a number");
    return number_;
}

long long ConfigNode::integer() const {
    expect(Kind::integer, "an integer");
    return integer_;
}

bool ConfigNode::boolean() const {
    expect(Kind::boolean, "true or false");
    return boolean_;
}

const std::string& ConfigNode::text() const {
    expect(Kind::text, "text in quotes");
    return text_;
}

const std::vector<ConfigNode>& ConfigNode::list() const {
    expect(Kind::list, "a list");
    return list_;
}

const ConfigNode::Entries& ConfigNode::entries() const {
    expect(Kind::table, "a table");
    return entries_;
}

const ConfigNode* ConfigNode::find(std::string_view key) const {
    for (const auto& [name, value] : entries())
        if (name == key) return &value;
    return nullptr;
}

ConfigNode ConfigNode::without(std::string_view key) const {
    ConfigNode out = *this;
    std::erase_if(out.entries_, [&](const auto& entry) { return entry.first == key; });
    return out;
}

void ConfigNode::refuse_unknown_keys(const std::vector<std::string>& known) const {
    for (const auto& [name, value] : entries())
        if (std::find(known.begin(), known.end(), name) == known.end())
            value.fail(fmt::format("unknown key '{}'{}", name, suggestion(name, known)));
}

void ConfigNode::fail(std::string_view message) const {
    throw InputError(fmt::format("{}: {}", where, message));
}

} // namespace threadx
