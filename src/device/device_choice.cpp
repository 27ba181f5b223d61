#include "device/device_choice.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/nearest_name.hpp"

namespace threadx {
namespace {

constexpr std::array<const char*, 5> words = {"auto", "all", "gpu", "cuda", "opencl"};

// The digits of a UUID however it is written ("GPU-4f5a...", upper case); empty if it is none.
std::string uuid_digits(const std::string& text) {
    std::string digits;
    for (const char c : text.starts_with("GPU-") || text.starts_with("gpu-") ? text.substr(4) : text) {
        if (c == '-') continue;
        if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return "";
        digits += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return digits.size() == 32 ? digits : "";
}

bool has_uuid(const DeviceProperties& device, const std::string& name) {
    const std::string digits = uuid_digits(name);
    return name == device.uuid || (!digits.empty() && digits == uuid_digits(device.uuid));
}

} // namespace

bool names_device(const std::string& name, const DeviceProperties& device) {
    return name == device.id || has_uuid(device, name);
}

namespace {

std::string title(const DeviceProperties& device) { return fmt::format("{} ({})", device.id, device.name); }

std::string what_is_there(const Inventory& inventory) {
    std::string text;
    for (const DeviceProperties& device : inventory.devices) {
        text += text.empty() ? "there are: " : ", ";
        text += title(device);
        if (!device.unusable.empty()) text += fmt::format(" [cannot be used: {}]", device.unusable);
    }
    for (const MissingDriver& driver : inventory.missing) text += "; " + driver.reason;
    return text;
}

// One choice being made: which devices are taken, and what is said about the others.
class Choice {
  public:
    Choice(const Inventory& inventory, const DeviceRequest& request)
        : inventory_(inventory), request_(request), taken_(inventory.devices.size(), false) {}

    // `asked_by`: "--devices cuda:0", for messages.
    void take(const std::string& name, const std::string& asked_by) {
        if (name == "auto")
            take_auto();
        else if (name == "all")
            take_all();
        else if (name == "gpu")
            take_kinds({DeviceKind::cuda, DeviceKind::opencl}, asked_by);
        else if (name == "cuda")
            take_kinds({DeviceKind::cuda}, asked_by);
        else if (name == "opencl")
            take_kinds({DeviceKind::opencl}, asked_by);
        else
            take_one(name, asked_by);
    }

    DeviceChoice result() {
        DeviceChoice choice;
        for (std::size_t i = 0; i < taken_.size(); ++i)
            if (taken_[i]) choice.devices.push_back(inventory_.devices[i]);
        for (const Note& note : notes_)
            if ((!note.device || !taken_[*note.device]) &&
                std::find(choice.notes.begin(), choice.notes.end(), note.text) == choice.notes.end())
                choice.notes.push_back(note.text);
        return choice;
    }

  private:
    struct Note {
        std::string text;
        std::optional<std::size_t> device = {}; // that it says is not used
    };

    void note_missing(const std::vector<DeviceKind>& kinds) {
        for (const MissingDriver& driver : inventory_.missing)
            if (std::find(kinds.begin(), kinds.end(), driver.kind) != kinds.end())
                notes_.push_back({driver.reason});
    }

    void take_auto() {
        taken_.front() = true; // the processor
        if (!request_.gpus_enabled) {
            notes_.push_back(
                {fmt::format("GPUs are not used: [gpu] enabled = false in {}", request_.settings_source)});
            return;
        }
        if (request_.listed.empty()) {
            take_gpus({DeviceKind::cuda, DeviceKind::opencl}, false);
            return;
        }
        for (const std::string& name : request_.listed) {
            const std::string asked_by =
                fmt::format("[gpu] devices = \"{}\" in {}", name, request_.settings_source);
            if (name == "auto")
                take_gpus({DeviceKind::cuda, DeviceKind::opencl}, false);
            else
                take(name, asked_by);
        }
    }

    // Also those that compute on the CPU's own cores.
    void take_all() {
        taken_.front() = true; // the processor
        take_gpus({DeviceKind::cuda, DeviceKind::opencl}, true);
    }

    void take_kinds(const std::vector<DeviceKind>& kinds, const std::string& asked_by) {
        // "opencl" is explicit enough to mean a processor that OpenCL reaches; "gpu" is not.
        const bool processors = kinds == std::vector{DeviceKind::opencl};
        if (!take_gpus(kinds, processors))
            throw InputError(fmt::format("{}: there is no such device that can be used; {}", asked_by,
                                         what_is_there(inventory_)));
    }

    // Whether there is one that could be taken, be it that another one does for it.
    bool take_gpus(const std::vector<DeviceKind>& kinds, bool processors) {
        note_missing(kinds);
        bool any = false;
        for (std::size_t i = 0; i < taken_.size(); ++i) {
            const DeviceProperties& device = inventory_.devices[i];
            if (std::find(kinds.begin(), kinds.end(), device.kind) == kinds.end()) continue;
            std::string reason = device.unusable;
            if (reason.empty() && device.is_cpu && !processors) reason = "it computes on the CPU's own cores";
            any = any || reason.empty();
            if (reason.empty() && !taken_[i]) reason = why_superfluous(device, kinds);
            if (reason.empty())
                taken_[i] = true;
            else
                notes_.push_back({fmt::format("{} is not used: {}", title(device), reason), i});
        }
        return any;
    }

    std::string why_superfluous(const DeviceProperties& device, const std::vector<DeviceKind>& kinds) const {
        const bool cuda_too = std::find(kinds.begin(), kinds.end(), DeviceKind::cuda) != kinds.end();
        for (std::size_t i = 0; i < taken_.size(); ++i) {
            const DeviceProperties& other = inventory_.devices[i];
            if (taken_[i] && other.kind == device.kind && !uuid_digits(other.uuid).empty() &&
                same_hardware(device, other)) // two platforms of OpenCL
                return fmt::format("it is the same device as {}", other.id);
            if (other.kind != DeviceKind::cuda || device.kind != DeviceKind::opencl) continue;
            if ((taken_[i] || (cuda_too && other.unusable.empty())) && same_hardware(device, other))
                return fmt::format("it is {}, which CUDA runs faster", other.id);
        }
        if (request_.several_gpus) return "";
        for (std::size_t i = 0; i < taken_.size(); ++i)
            if (taken_[i] && !inventory_.devices[i].is_cpu)
                return fmt::format("[gpu] multi_gpu_enabled = false in {}, and {} is used",
                                   request_.settings_source, inventory_.devices[i].id);
        return "";
    }

    void take_one(const std::string& name, const std::string& asked_by) {
        std::string unusable;
        for (std::size_t i = 0; i < taken_.size(); ++i) {
            const DeviceProperties& device = inventory_.devices[i];
            if (!names_device(name, device)) continue;
            if (device.unusable.empty()) {
                taken_[i] = true;
                return;
            }
            if (unusable.empty())
                unusable = fmt::format("{} cannot be used: {}", title(device), device.unusable);
        }
        if (!unusable.empty()) throw InputError(fmt::format("{}: {}", asked_by, unusable));
        std::vector<std::string> known(words.begin(), words.end());
        for (const DeviceProperties& device : inventory_.devices) known.push_back(device.id);
        const std::string near = nearest_name(name, known);
        // "cuda:1" beside "cuda:0" is no slip of the pen.
        const bool misspelt = !near.empty() && name.find(':') == std::string::npos;
        throw InputError(fmt::format("{}: there is no device '{}'{}; {}", asked_by, name,
                                     misspelt ? fmt::format(" (did you mean '{}'?)", near) : "",
                                     what_is_there(inventory_)));
    }

    const Inventory& inventory_;
    const DeviceRequest& request_;
    std::vector<bool> taken_; // by number in the inventory
    std::vector<Note> notes_;
};

std::vector<std::string> split_at_commas(const std::string& text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == ',')
            parts.emplace_back();
        else if (c != ' ')
            parts.back() += c;
    }
    return parts;
}

} // namespace

std::vector<DeviceKind> kinds_meant(const DeviceRequest& request) {
    std::vector<std::string> names = split_at_commas(request.names);
    if (std::find(names.begin(), names.end(), "auto") != names.end() && !request.listed.empty()) {
        std::erase(names, "auto");
        names.insert(names.end(), request.listed.begin(), request.listed.end());
    }
    const auto is_of = [](const std::string& name, DeviceKind kind) {
        return name.rfind(device_kind_name(kind), 0) == 0;
    };
    const auto may_mean = [&](const std::string& name, DeviceKind kind) {
        if (is_of(name, kind)) return true;
        const bool of_another =
            is_of(name, DeviceKind::cpu) || is_of(name, DeviceKind::cuda) || is_of(name, DeviceKind::opencl);
        return !of_another; // "auto", "gpu", a UUID, or a mistake
    };
    std::vector<DeviceKind> kinds;
    for (const DeviceKind kind : accelerator_kinds)
        if (std::any_of(names.begin(), names.end(),
                        [&](const std::string& name) { return may_mean(name, kind); }))
            kinds.push_back(kind);
    return kinds;
}

bool same_hardware(const DeviceProperties& a, const DeviceProperties& b) {
    const std::string first = uuid_digits(a.uuid), second = uuid_digits(b.uuid);
    if (!first.empty() && !second.empty()) return first == second;
    const auto least = static_cast<double>(std::min(a.memory_bytes, b.memory_bytes));
    const auto most = static_cast<double>(std::max(a.memory_bytes, b.memory_bytes));
    return a.name == b.name && most - least <= 0.05 * most; // drivers keep some of it to themselves
}

DeviceChoice choose_devices(const Inventory& inventory, const DeviceRequest& request) {
    Choice choice(inventory, request);
    for (const std::string& name : split_at_commas(request.names)) {
        if (name.empty())
            throw InputError(fmt::format("{} \"{}\": a name is missing; expected auto, or a list such as "
                                         "cpu,cuda:0",
                                         request.option, request.names));
        choice.take(name, fmt::format("{} {}", request.option, request.names));
    }
    return choice.result();
}

} // namespace threadx
