#include "doctor/checkup.hpp"

#include <array>
#include <new>

#include "base/error.hpp"

namespace threadx {
namespace {

Settings read_settings(const CheckupRequest& request, std::string& mistake) {
    try {
        return load_settings(request.settings, request.overrides);
    } catch (const InputError& error) {
        mistake = error.what();
    }
    try {
        if (request.overrides.empty()) return default_settings();
        load_settings(request.settings, {});
    } catch (const InputError&) { // the file is wrong by itself
        return default_settings();
    }
    throw InputError(mistake);
}

} // namespace

std::string_view outcome_word(FindingOutcome outcome) {
    switch (outcome) {
    case FindingOutcome::ok: return "ok";
    case FindingOutcome::note: return "note";
    case FindingOutcome::failed: return "FAILED";
    }
    return "";
}

Checkup::Checkup(const CheckupRequest& request)
    : settings_(read_settings(request, settings_mistake_)),
      opened_(settings_, request.devices == "all" && !settings_.gpu.enabled ? "cpu" : request.devices),
      stop_(request.stop) {
    if (!opened_.drivers().empty()) reader_.include_gpus();
}

std::span<const CheckupPart> checkup_parts() {
    static constexpr std::array<CheckupPart, 7> parts = {{{"settings", check_settings},
                                                          {"libraries", check_libraries},
                                                          {"devices", check_devices},
                                                          {"results", check_results},
                                                          {"temperatures", check_temperatures},
                                                          {"profiles", check_profiles},
                                                          {"disk and memory", check_room}}};
    return parts;
}

std::vector<Finding> look(const CheckupPart& part, Checkup& checkup) {
    const auto failed = [&](const std::string& why, const std::string& remedy) {
        return std::vector<Finding>{{FindingOutcome::failed, part.title, why, remedy}};
    };
    try {
        return part.look(checkup);
    } catch (const std::bad_alloc&) {
        return failed("out of memory", "end other programs, or check with fewer --devices");
    } catch (const std::exception& error) {
        return failed(error.what(), "mend this first: the rest of this part was not checked");
    }
}

} // namespace threadx
