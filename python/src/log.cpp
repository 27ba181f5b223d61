#include "log.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include "wording.hpp"

namespace nb = nanobind;

namespace threadx::python {
namespace {

struct Line {
    spdlog::level::level_enum level;
    std::string text;
};

class Collector : public spdlog::sinks::base_sink<std::mutex> {
  public:
    std::vector<Line> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(lines_, {});
    }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        lines_.push_back({message.level, std::string(message.payload.data(), message.payload.size())});
    }
    void flush_() override {}

  private:
    std::vector<Line> lines_;
};

const std::shared_ptr<Collector>& collector() {
    static const auto instance = std::make_shared<Collector>();
    return instance;
}

// Python's numbers.
int python_level(spdlog::level::level_enum level) {
    switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug: return 10;
    case spdlog::level::info: return 20;
    case spdlog::level::warn: return 30;
    default: return 40;
    }
}

} // namespace

void set_up_log() {
    auto logger = std::make_shared<spdlog::logger>("threadx", collector());
    logger->set_level(spdlog::level::debug);
    spdlog::set_default_logger(std::move(logger));
}

void pass_log_on() {
    const std::vector<Line> lines = collector()->take();
    if (lines.empty()) return;
    const nb::object logger = nb::module_::import_("logging").attr("getLogger")("threadx");
    for (const Line& line : lines)
        logger.attr("log")(python_level(line.level), "%s", in_words_of_python(line.text));
}

} // namespace threadx::python
