// Makes the catalogue of indicators from their files, at build time:
//
//     make_catalogue FOLDER OUTPUT
//
// OUTPUT/catalogue.cpp      indicators() and column_kernels()
// OUTPUT/column_kernels.inc the kernels as a list for macros, X(name, form, series, scalars, outputs)
// OUTPUT/column_scans.inc   includes the kernels of form scan; column_series.inc those of form series
//
// A file holds TOML; in a .h file it is the comment on top, between /*--- and ---*/:
//
//     group     = "momentum"
//     help      = "what it is, in a line"
//     source    = "where the formula is from"
//     talib     = "RSI"               what TA-Lib calls it; left out where it has none
//     hidden    = true                for other indicators alone; false if left out
//     undefined = "length"            how many bars are undefined at the start
//     tolerance = 1e-9                of the comparison with others; 0 means the same numbers; 1e-9 if left out
//     arguments = [{ name = "x", kind = "series", default = "close", help = "..." },
//                  { name = "length", kind = "length", default = 14, least = 1, most = 1000 }]
//                  { name = "kind", kind = "choice", default = "sma", choices = ["sma", "ema"] }]
//                 choices = "ma.kind" are those of the argument `kind` of ma
//     kernel    = { form = "scan", series = ["x"], scalars = ["length"], outputs = ["value"] }       in a .h file
//     [let]                            names for expressions; later ones may use earlier ones
//     [outputs]                        the results and their expressions; left out, they are the kernel's
//     [[known]]                        known answers, which the tests compute; [[check]] what they compare with (tests/indicators)
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number_text.hpp"
#include "base/toml_config.hpp"

namespace threadx {
namespace {

struct Definition {
    std::string name;
    bool has_kernel = false; // a .h file
    std::string form;
    ConfigNode root;
};

std::string literal(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n')
            out += ' '; // an expression, or a text, may have several lines
        else if (static_cast<unsigned char>(c) < ' ')
            out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + "\"";
}

std::string text_or(const ConfigNode& table, std::string_view key, std::string_view otherwise) {
    const ConfigNode* node = table.find(key);
    return node != nullptr ? node->text() : std::string(otherwise);
}

const ConfigNode& needed(const ConfigNode& table, std::string_view key) {
    const ConfigNode* node = table.find(key);
    if (node == nullptr) table.fail(fmt::format("'{}' is missing", key));
    return *node;
}

std::vector<std::string> texts(const ConfigNode* list) {
    std::vector<std::string> out;
    if (list != nullptr)
        for (const ConfigNode& item : list->list()) out.push_back(item.text());
    return out;
}

// Why the indicator differs from what it is compared with, each reason once.
std::string differences(const ConfigNode& root) {
    std::vector<std::string> reasons;
    if (const ConfigNode* checks = root.find("check"))
        for (const ConfigNode& check : checks->list()) {
            const std::string reason = text_or(check, "differs", "");
            if (!reason.empty() && std::find(reasons.begin(), reasons.end(), reason) == reasons.end())
                reasons.push_back(reason);
        }
    std::string out;
    for (const std::string& reason : reasons) out += (out.empty() ? "" : "; ") + reason;
    return out;
}

std::string list_of(const std::vector<std::string>& items) {
    std::string out = "{";
    for (const std::string& item : items) out += (out.size() > 1 ? ", " : "") + item;
    return out + "}";
}

std::string number_code(double value) {
    if (value == std::numeric_limits<double>::infinity()) return "infinity";
    if (value == -std::numeric_limits<double>::infinity()) return "-infinity";
    const std::string text = shortest_text(value);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

constexpr std::string_view argument_kinds[] = {"series", "condition", "length",   "scalar",
                                               "number", "choice",    "duration", "longer"};

std::string argument_code(const ConfigNode& node, std::string_view choices) {
    node.refuse_unknown_keys({"name", "kind", "default", "least", "most", "help", "choices"});
    const std::string kind = needed(node, "kind").text();
    if (std::find(std::begin(argument_kinds), std::end(argument_kinds), kind) == std::end(argument_kinds))
        node.fail(fmt::format("kind '{}' is none of {}", kind, fmt::join(argument_kinds, ", ")));
    if ((kind == "choice") != (node.find("choices") != nullptr))
        node.fail("'choices' is what a choice has, and no other");
    const auto bound = [&](std::string_view key, double otherwise) {
        const ConfigNode* value = node.find(key);
        return number_code(value != nullptr ? value->number() : otherwise);
    };
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const ConfigNode* given = node.find("default");
    const std::string default_text = given == nullptr                         ? ""
                                     : given->is_number()                     ? shortest_text(given->number())
                                     : kind == "choice" || kind == "duration" ? literal(given->text())
                                                                              : given->text();
    return fmt::format("{{{}, ArgumentKind::{}, {}, {}, {}, {}, {}}}", literal(needed(node, "name").text()),
                       kind, literal(default_text), bound("least", kind == "length" ? 1.0 : -infinity),
                       bound("most", infinity), literal(text_or(node, "help", "")), choices);
}

std::vector<std::string> named_expressions(const ConfigNode* table) {
    std::vector<std::string> out;
    if (table != nullptr)
        for (const auto& [name, node] : table->entries())
            out.push_back(fmt::format("{{{}, {}}}", literal(name), literal(node.text())));
    return out;
}

Definition read_definition(const std::filesystem::path& file) {
    Definition out;
    out.name = file.stem().string();
    out.has_kernel = file.extension() == ".h";
    std::string text = read_file(file);
    if (out.has_kernel) {
        constexpr std::string_view begin = "/*---\n";
        const std::size_t end = text.find("---*/");
        if (!text.starts_with(begin) || end == std::string::npos)
            throw InputError(file.string() + ": does not begin with a description between /*--- and ---*/");
        text = "\n" + text.substr(begin.size(), end - begin.size()); // lines keep their numbers
    }
    out.root = ConfigNode::parse(text, file.string());
    out.root.refuse_unknown_keys({"group", "help", "source", "talib", "hidden", "undefined", "tolerance",
                                  "arguments", "kernel", "let", "outputs", "known", "check"});
    const ConfigNode* kernel = out.root.find("kernel");
    if ((kernel != nullptr) != out.has_kernel) out.root.fail("'kernel' is what a .h file has, and no other");
    if (kernel != nullptr) {
        kernel->refuse_unknown_keys({"form", "series", "scalars", "outputs"});
        out.form = needed(*kernel, "form").text();
        if (out.form != "scan" && out.form != "series")
            kernel->fail(fmt::format("form '{}' is neither scan nor series", out.form));
    } else {
        needed(out.root, "outputs");
    }
    if (out.root.find("known") == nullptr) out.root.fail("there is no known answer: give a [[known]]");
    return out;
}

class Catalogue {
  public:
    void add(const Definition& definition) {
        const ConfigNode& root = definition.root;
        const std::string& name = definition.name;
        std::vector<std::string> arguments;
        for (const ConfigNode& each : needed(root, "arguments").list())
            arguments.push_back(argument_code(each, choices_of(name, each)));
        std::vector<std::string> outputs = named_expressions(root.find("outputs"));
        int index = -1;
        std::vector<std::string> series, scalars;
        if (definition.has_kernel) {
            const ConfigNode& kernel = needed(root, "kernel");
            for (const std::string& each : texts(kernel.find("series"))) series.push_back(literal(each));
            for (const std::string& each : texts(kernel.find("scalars"))) scalars.push_back(literal(each));
            std::vector<std::string> own = texts(kernel.find("outputs"));
            if (own.empty()) own = {"value"};
            if (series.empty()) kernel.fail("a kernel reads at least one series");
            if (outputs.empty())
                for (const std::string& each : own)
                    outputs.push_back(fmt::format("{{{}, \"\"}}", literal(each)));
            index = kernel_count_++;
            kernels_ += fmt::format("    {{{}, {}, {}, {}, {}}},\n", literal(name), definition.form == "scan",
                                    series.size(), scalars.size(), own.size());
            list_ += fmt::format(" \\\n    X({}, {}, {}, {}, {})", name, definition.form, series.size(),
                                 scalars.size(), own.size());
            (definition.form == "scan" ? scans_ : series_) +=
                fmt::format("#include \"indicators/{}.h\"\n", name);
            if (definition.form == "scan")
                scan_columns_ += fmt::format("TX_SCAN_COLUMNS({}, {}, {}, {})\n", name, series.size(),
                                             std::max<std::size_t>(1, scalars.size()), own.size());
        }
        const ConfigNode* hidden = root.find("hidden");
        const bool is_hidden = hidden != nullptr && hidden->boolean();
        const ConfigNode* tolerance = root.find("tolerance");
        arrays_ += array("IndicatorArgument", name + "_arguments", arguments);
        arrays_ += array("NamedExpression", name + "_lets", named_expressions(root.find("let")));
        arrays_ += array("NamedExpression", name + "_outputs", outputs);
        arrays_ += array("std::string_view", name + "_series", series);
        arrays_ += array("std::string_view", name + "_scalars", scalars);
        entries_ +=
            fmt::format("    {{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}},\n",
                        literal(name), literal(needed(root, "group").text()),
                        literal(needed(root, "help").text()), literal(needed(root, "source").text()),
                        literal(text_or(root, "talib", "")), literal(needed(root, "undefined").text()),
                        number_code(tolerance != nullptr ? tolerance->number() : 1e-9), is_hidden,
                        span_of(name + "_arguments", arguments.size()),
                        span_of(name + "_lets", named_expressions(root.find("let")).size()),
                        span_of(name + "_outputs", outputs.size()), index,
                        span_of(name + "_series", series.size()), span_of(name + "_scalars", scalars.size()),
                        literal(differences(root)), needed(root, "known").list().size());
    }

    void write(const std::filesystem::path& folder) const {
        const std::string made = "// Made by make_catalogue from src/indicators.\n";
        write_file_atomically(folder / "catalogue.cpp",
                              made +
                                  "#include \"indicators/catalogue.hpp\"\n\n#include <limits>\n\n"
                                  "namespace threadx {\nnamespace {\n\n"
                                  "[[maybe_unused]] constexpr double infinity = "
                                  "std::numeric_limits<double>::infinity();\n" +
                                  choices_ + arrays_ + "\nconstexpr Indicator catalogue[] = {\n" + entries_ +
                                  "};\n\nconstexpr ColumnKernel kernels[] = {\n" + kernels_ +
                                  "};\n\n} // namespace\n\n"
                                  "std::span<const Indicator> indicators() { return catalogue; }\n"
                                  "std::span<const ColumnKernel> column_kernels() { return kernels; }\n\n"
                                  "} // namespace threadx\n");
        write_file_atomically(folder / "column_kernels.inc",
                              made + "#define TX_COLUMN_KERNELS(X)" + list_ + "\n");
        write_file_atomically(folder / "column_scans.inc", made + scans_ + scan_columns_);
        write_file_atomically(folder / "column_series.inc", made + series_);
    }

  private:
    // The name of the array of an argument's choices.
    std::string choices_of(const std::string& indicator, const ConfigNode& argument) {
        const ConfigNode* given = argument.find("choices");
        if (given == nullptr) return "{}";
        const auto array_of = [](std::string of) {
            std::replace(of.begin(), of.end(), '.', '_');
            return of + "_choices";
        };
        if (given->kind == ConfigNode::Kind::text) return array_of(given->text());
        std::string name = array_of(indicator + "." + needed(argument, "name").text());
        std::vector<std::string> choices;
        for (const std::string& each : texts(given)) choices.push_back(literal(each));
        choices_ += array("std::string_view", name, choices);
        return name;
    }

    static std::string array(std::string_view type, const std::string& name,
                             const std::vector<std::string>& items) {
        return items.empty() ? "" : fmt::format("constexpr {} {}[] = {};\n", type, name, list_of(items));
    }
    static std::string span_of(const std::string& name, std::size_t size) { return size == 0 ? "{}" : name; }

    std::string choices_, arrays_, entries_, kernels_, list_, scans_, scan_columns_, series_;
    int kernel_count_ = 0;
};

void make(const std::filesystem::path& folder, const std::filesystem::path& output) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".toml" || entry.path().extension() == ".h")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.stem() < b.stem(); });
    Catalogue catalogue;
    for (const std::filesystem::path& file : files) catalogue.add(read_definition(file));
    std::filesystem::create_directories(output);
    catalogue.write(output);
}

} // namespace
} // namespace threadx

int main(int count, char** arguments) {
    if (count != 3) {
        std::fputs("usage: make_catalogue FOLDER OUTPUT\n", stderr);
        return 2;
    }
    try {
        threadx::make(arguments[1], arguments[2]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "make_catalogue: %s\n", error.what());
        return 1;
    }
    return 0;
}
