#include "cli/log.hpp"

#include <filesystem>
#include <memory>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/error.hpp"

namespace threadx {

void set_up_log(const Settings& settings) {
    std::vector<spdlog::sink_ptr> sinks = {std::make_shared<spdlog::sinks::stderr_sink_mt>()};
    sinks[0]->set_pattern("%l: %v");
    if (!settings.paths.logs.empty()) {
        try {
            const std::filesystem::path file = std::filesystem::path(settings.paths.logs) / "threadx.log";
            sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string()));
            sinks[1]->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l: %v");
        } catch (const spdlog::spdlog_ex& error) {
            throw IoError(std::string("cannot write the log that [paths] logs asks for: ") + error.what());
        }
    }
    const auto logger = std::make_shared<spdlog::logger>("threadx", sinks.begin(), sinks.end());
    const std::string& level = settings.logging.level;
    logger->set_level(spdlog::level::from_str(level == "error" ? "err" : level));
    spdlog::set_default_logger(logger);
}

} // namespace threadx
