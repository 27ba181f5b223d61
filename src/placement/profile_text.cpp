#include "placement/profile_text.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "market/time_text.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

constexpr double most_log_variance = 1e4; // of any times within the limits of an item
constexpr std::size_t longest_name = 1000;

struct BadEntry {
    std::string what;
};

const Json* find(const Json& entry, const char* key) {
    const auto at = entry.find(key);
    return at == entry.end() ? nullptr : &*at;
}

const Json& need(const Json& entry, const char* key) {
    const Json* value = find(entry, key);
    if (value == nullptr) throw BadEntry{fmt::format("it has no '{}'", key)};
    return *value;
}

std::string as_text(const Json& value, const char* key) {
    if (!value.is_string()) throw BadEntry{fmt::format("its '{}' is no text", key)};
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > longest_name) throw BadEntry{fmt::format("its '{}' is too long", key)};
    return text;
}

std::string text_or_nothing(const Json& entry, const char* key) {
    const Json* value = find(entry, key);
    return value == nullptr ? std::string() : as_text(*value, key);
}

std::string needed_text(const Json& entry, const char* key) {
    std::string text = as_text(need(entry, key), key);
    if (text.empty()) throw BadEntry{fmt::format("its '{}' is empty", key)};
    return text;
}

double as_number(const Json& value, const char* key, double least, double most) {
    if (!value.is_number()) throw BadEntry{fmt::format("its '{}' is no number", key)};
    const auto number = value.get<double>();
    if (!(number >= least && number <= most))
        throw BadEntry{fmt::format("its '{}' of {} cannot be", key, number)};
    return number;
}

std::uint64_t as_count(const Json& value, const char* key) {
    if (!value.is_number_unsigned())
        throw BadEntry{fmt::format("its '{}' is no whole number of 0 or more", key)};
    return value.get<std::uint64_t>();
}

std::string as_time(const Json& entry) {
    std::string text = needed_text(entry, "updated");
    if (!parse_time(text, {})) throw BadEntry{fmt::format("its 'updated' is no time")};
    return text;
}

WorkKey work_of(const Json& entry) {
    return {.uuid = needed_text(entry, "uuid"),
            .driver = text_or_nothing(entry, "driver"),
            .kernels = text_or_nothing(entry, "kernels"),
            .tag = needed_text(entry, "tag"),
            .precision = text_or_nothing(entry, "precision"),
            .beside = text_or_nothing(entry, "beside")};
}

void read_profile(const Json& entry, Profiles& profiles) {
    const WorkKey work = work_of(entry);
    const std::uint64_t bucket = as_count(need(entry, "size_bucket"), "size_bucket");
    if (bucket > 63) throw BadEntry{fmt::format("its 'size_bucket' of {} cannot be", bucket)};
    const ProfileKey key = {work, static_cast<int>(bucket)};
    Profile profile;
    profile.device = text_or_nothing(entry, "device");
    profile.updated = as_time(entry);
    RateEstimate::State state;
    state.seconds =
        as_number(need(entry, "item_seconds"), "item_seconds", least_item_seconds, most_item_seconds);
    state.count = as_count(need(entry, "count"), "count");
    if (const Json* value = find(entry, "log_variance"))
        state.log_variance = as_number(*value, "log_variance", 0.0, most_log_variance);
    if (const Json* list = find(entry, "outliers")) {
        if (!list->is_array()) throw BadEntry{"its 'outliers' are no list"};
        for (const Json& value : *list)
            state.outliers.push_back(as_number(value, "outliers", least_item_seconds, most_item_seconds));
    }
    if (const Json* value = find(entry, "items")) {
        profile.items = as_number(*value, "items", std::ldexp(1.0, key.size_bucket),
                                  std::ldexp(1.0, key.size_bucket + 1));
    }
    profile.rate = RateEstimate(std::move(state));
    if (!profile.rate.known()) throw BadEntry{"its numbers contradict each other"};
    profiles.entries[key] = std::move(profile);
}

void read_cap(const Json& entry, Profiles& profiles) {
    const WorkKey work = work_of(entry);
    MemoryCap cap;
    cap.items = as_count(need(entry, "items"), "items");
    if (cap.items == 0) throw BadEntry{"its 'items' of 0 cannot be"};
    cap.free_bytes = as_count(need(entry, "free_bytes"), "free_bytes");
    cap.updated = as_time(entry);
    profiles.caps[work] = std::move(cap);
}

// "profiles[3] (sim/ema_cross on cuda:0 NVIDIA H200)", as far as it can be told.
std::string name_of(const char* list, std::size_t index, const Json& entry) {
    std::string about;
    for (const char* key : {"tag", "device"}) {
        const Json* value = entry.is_object() ? find(entry, key) : nullptr;
        if (value == nullptr || !value->is_string()) continue;
        std::string text = value->get_ref<const std::string&>().substr(0, 60);
        for (char& c : text)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
        about += (about.empty() ? " (" : " on ") + text;
    }
    return fmt::format("{}[{}]{}", list, index, about.empty() ? "" : about + ")");
}

void read_list(const Json& root, const char* name, void (*read)(const Json&, Profiles&),
               ParsedProfiles& out) {
    const Json* list = find(root, name);
    if (list == nullptr) return;
    if (!list->is_array()) {
        out.bad_entries.push_back(fmt::format("{}: it is no list", name));
        return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const Json& entry = (*list)[i];
        try {
            if (!entry.is_object()) throw BadEntry{"it is no table of values"};
            read(entry, out.profiles);
        } catch (const BadEntry& bad) {
            out.bad_entries.push_back(fmt::format("{}: {}", name_of(name, i, entry), bad.what));
        }
    }
}

std::string damage_of(const Json& root) {
    if (!root.is_object()) return "it is JSON, but no profiles";
    const Json* schema = find(root, "schema");
    if (schema == nullptr || !schema->is_number_integer()) return "it has no schema version";
    if (*schema != profile_schema)
        return fmt::format("it has schema {}, and this program knows {}", schema->dump(), profile_schema);
    return "";
}

Json work_json(const WorkKey& work) {
    Json out = {{"uuid", work.uuid},
                {"driver", work.driver},
                {"kernels", work.kernels},
                {"tag", work.tag},
                {"precision", work.precision}};
    if (!work.beside.empty()) out["beside"] = work.beside;
    return out;
}

Json profile_json(const ProfileKey& key, const Profile& profile) {
    const RateEstimate::State& state = profile.rate.state();
    Json out = {{"device", profile.device}};
    out.update(work_json(key.work));
    out["size_bucket"] = key.size_bucket;
    if (profile.items > 0.0) out["items"] = profile.items;
    out["item_seconds"] = state.seconds;
    out["log_variance"] = state.log_variance;
    out["count"] = state.count;
    if (!state.outliers.empty()) out["outliers"] = state.outliers;
    out["updated"] = profile.updated;
    return out;
}

Json cap_json(const WorkKey& work, const MemoryCap& cap) {
    Json out = work_json(work);
    out["items"] = cap.items;
    out["free_bytes"] = cap.free_bytes;
    out["updated"] = cap.updated;
    return out;
}

// A name that is not UTF-8 loses the bytes that are not: a driver may give any.
std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string list_text(const std::vector<std::string>& lines) {
    return lines.empty() ? "[]" : fmt::format("[\n  {}\n]", fmt::join(lines, ",\n  "));
}

} // namespace

ParsedProfiles parse_profiles(std::string_view text) {
    ParsedProfiles out;
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        out.damage = "it is empty";
        return out;
    }
    Json root;
    try {
        root = Json::parse(text);
    } catch (const Json::parse_error& error) {
        out.damage = fmt::format("it is no JSON (byte {})", error.byte);
        return out;
    } catch (const Json::exception&) {
        out.damage = "it is JSON with numbers that no machine has";
        return out;
    }
    out.damage = damage_of(root);
    if (!out.damage.empty()) return out;
    read_list(root, "profiles", read_profile, out);
    read_list(root, "memory_caps", read_cap, out);
    return out;
}

std::string profiles_text(const Profiles& profiles) {
    std::vector<std::string> entries, caps;
    for (const auto& [key, profile] : profiles.entries)
        if (profile.rate.known()) entries.push_back(line_of(profile_json(key, profile)));
    for (const auto& [work, cap] : profiles.caps) caps.push_back(line_of(cap_json(work, cap)));
    return fmt::format("{{\n\"schema\": {},\n\"profiles\": {},\n\"memory_caps\": {}\n}}\n", profile_schema,
                       list_text(entries), list_text(caps));
}

} // namespace threadx
