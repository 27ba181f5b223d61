#include "report/page.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace threadx {
namespace {

std::string html_text(std::string_view text) {
    std::string out;
    for (const char c : text) switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    return out;
}

// In JSON '<' stands in strings alone, where it can be written so: then no "</script>" or "<!--" is left.
void append_json(std::string& out, std::string_view json) {
    for (const char c : json)
        if (c == '<')
            out += "\\u003c";
        else
            out += c;
}

std::string_view page_file(std::string_view name) {
    for (const PageFile& file : page_files())
        if (file.name == name) return file.text;
    return {};
}

// Of dygraphs; its package calls the file "copyright".
std::string_view licence() {
    const std::string_view text = page_file("copyright");
    return text.empty() ? "This page was made without dygraphs." : text;
}

std::string styles() {
    std::string out;
    for (const PageFile& file : page_files())
        if (file.name.ends_with(".css")) out += fmt::format("<style>\n{}</style>\n", file.text);
    return out;
}

std::string scripts() {
    std::string out;
    for (const PageFile& file : page_files())
        if (file.name.ends_with(".js")) out += fmt::format("<script>\n{}</script>\n", file.text);
    return out;
}

std::string data_tags(const std::vector<PageData>& data) {
    std::string out;
    for (const PageData& part : data) {
        out += fmt::format("<script type=\"application/json\" id=\"data-{}\">", part.name);
        append_json(out, part.json);
        out += "</script>\n";
    }
    return out;
}

} // namespace

std::string make_page(const std::string& title, const std::vector<PageData>& data) {
    std::string_view frame = page_file("report.html");
    std::string out;
    while (!frame.empty()) { // "{{name}}" on its own
        const std::size_t open = frame.find("{{");
        out += frame.substr(0, open);
        if (open == std::string_view::npos) break;
        const std::size_t close = frame.find("}}", open);
        if (close == std::string_view::npos) throw std::logic_error("report.html: a '{{' without its '}}'");
        const std::string_view name = frame.substr(open + 2, close - open - 2);
        if (name == "licence")
            out += html_text(licence());
        else if (name == "title")
            out += html_text(title);
        else if (name == "styles")
            out += styles();
        else if (name == "data")
            out += data_tags(data);
        else if (name == "scripts")
            out += scripts();
        else
            throw std::logic_error(fmt::format("report.html: there is nothing called '{}'", name));
        frame.remove_prefix(close + 2);
    }
    return out;
}

} // namespace threadx
