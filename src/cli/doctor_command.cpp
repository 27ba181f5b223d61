// `threadx doctor`: what this machine has, what of it works, and what to do about the rest.
#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/terminal.hpp"
#include "doctor/checkup.hpp"

namespace threadx {
namespace {

struct Part {
    std::string title;
    std::vector<Finding> findings;
};

std::size_t count(const std::vector<Part>& parts, FindingOutcome outcome) {
    std::size_t found = 0;
    for (const Part& part : parts)
        for (const Finding& finding : part.findings) found += finding.outcome == outcome ? 1U : 0U;
    return found;
}

// Of the terminal; 0 where lines are not to be broken, since programs read them.
std::size_t columns_of_terminal() {
    const std::optional<TerminalSize> size = terminal_size(STDOUT_FILENO);
    return size ? size->width : 0;
}

// `text` after `head`, broken between words into lines that all begin where the first one does.
void print_hanging(const std::string& head, const std::string& text, std::size_t columns) {
    constexpr std::size_t least = 20;
    const std::size_t room = columns < head.size() + least ? std::string::npos : columns - head.size();
    std::string lines = head;
    for (std::size_t at = 0;;) {
        std::size_t end = text.size();
        if (end - at > room) {
            const std::size_t blank = text.rfind(' ', at + room);
            end =
                blank == std::string::npos || blank <= at ? std::min(text.find(' ', at), text.size()) : blank;
        }
        lines += text.substr(at, end - at) + '\n';
        if (end == text.size()) break;
        at = end + 1;
        lines += std::string(head.size(), ' ');
    }
    std::fputs(lines.c_str(), stdout);
}

void show(const Part& part, std::size_t columns) {
    std::size_t width = 0;
    for (const Finding& finding : part.findings) width = std::max(width, finding.name.size());
    std::printf("%s\n", part.title.c_str());
    for (const Finding& finding : part.findings) {
        print_hanging(fmt::format("  {:<6}  {:<{}}  ", outcome_word(finding.outcome), finding.name, width),
                      finding.says, columns);
        if (!finding.remedy.empty())
            print_hanging(fmt::format("  {:<6}  {:<{}}  ", "", "", width), "-> " + finding.remedy, columns);
    }
    std::printf("\n");
    std::fflush(stdout);
}

void show_json(const std::vector<Part>& parts) {
    nlohmann::ordered_json out;
    out["parts"] = nlohmann::ordered_json::array();
    for (const Part& part : parts) {
        nlohmann::ordered_json checks = nlohmann::ordered_json::array();
        for (const Finding& finding : part.findings) {
            nlohmann::ordered_json facts = nlohmann::ordered_json::object();
            for (const auto& [name, value] : finding.facts)
                std::visit([&, key = name](const auto& one) { facts[key] = one; }, value);
            checks.push_back({{"name", finding.name},
                              {"outcome", outcome_word(finding.outcome)},
                              {"says", finding.says},
                              {"remedy", finding.remedy},
                              {"facts", facts}});
        }
        out["parts"].push_back({{"title", part.title}, {"checks", checks}});
    }
    out["ok"] = count(parts, FindingOutcome::ok);
    out["notes"] = count(parts, FindingOutcome::note);
    out["failed"] = count(parts, FindingOutcome::failed);
    std::printf("%s\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

} // namespace

int doctor_command(const DoctorOptions& options) {
    Checkup checkup({options.settings, options.overrides, options.devices, options.stop});
    Settings settings = checkup.settings();
    settings.paths.logs.clear(); // whether it can be written is one of the checks
    set_up_log(settings);
    const std::size_t columns = columns_of_terminal();
    std::vector<Part> parts;
    for (const CheckupPart& part : checkup_parts()) {
        parts.push_back({part.title, look(part, checkup)});
        if (checkup.interrupted()) return exit_interrupted;
        if (!options.json) show(parts.back(), columns);
    }
    const std::size_t failed = count(parts, FindingOutcome::failed);
    if (options.json)
        show_json(parts);
    else
        std::printf("%zu ok, %zu notes, %zu failed%s\n", count(parts, FindingOutcome::ok),
                    count(parts, FindingOutcome::note), failed,
                    failed > 0 ? "; each says what to do after ->, docs/TROUBLESHOOTING.md says more" : "");
    return failed > 0 ? exit_failed : exit_done;
}

} // namespace threadx
