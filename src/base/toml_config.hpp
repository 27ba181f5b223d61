// A TOML document as a tree that remembers the order of its keys and where each value stands, so that every
// later complaint can name file, line and column.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace threadx {

class ConfigNode {
  public:
    enum class Kind { table, list, text, integer, number, boolean, other };
    using Entries = std::vector<std::pair<std::string, ConfigNode>>;

    // Parses a document; `name` is what its errors call it. InputError "name:line:column: what" on bad TOML.
    static ConfigNode parse(std::string_view text, const std::string& name);

    // Overrides one value as `--set section.key=value` does. The value is read as TOML, and as a bare string
    // where that fails; tables on the way are made. InputError if the text has no '='; `option` is what
    // errors call it.
    void assign(std::string_view assignment, std::string_view option = "--set");

    Kind kind = Kind::table;
    std::string where; // "file.toml:12:8", or "--set key=value"

    // Values. Each throws InputError, naming the place, if the node is of another kind; an integer is also a
    // number.
    double number() const;
    long long integer() const;
    bool boolean() const;
    const std::string& text() const;
    const std::vector<ConfigNode>& list() const;
    const Entries& entries() const; // of a table, in the order of the file

    bool is_number() const { return kind == Kind::integer || kind == Kind::number; }
    const ConfigNode* find(std::string_view key) const; // of a table; null if absent

    // This table without one of its keys.
    ConfigNode without(std::string_view key) const;

    // Throws InputError unless every key of this table is one of `known`, naming the nearest known key.
    void refuse_unknown_keys(const std::vector<std::string>& known) const;

    // Throws InputError "where: message".
    [[noreturn]] void fail(std::string_view message) const;

  private:
    friend class ConfigBuilder;
    void expect(Kind wanted, std::string_view description) const;

    Entries entries_;
    std::vector<ConfigNode> list_;
    std::string text_;
    double number_ = 0.0;
    long long integer_ = 0;
    bool boolean_ = false;
};

} // namespace threadx
