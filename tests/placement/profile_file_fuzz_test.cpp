// Whatever bytes the file of profiles has, reading them is never fatal, and what is read is sane.
// THREADX_FUZZ=20 tries twenty times as many, 70,000 texts.
#include <cmath>
#include <cstdlib>
#include <random>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/temporary_folder.hpp"
#include "placement/profile_file.hpp"
#include "placement/profile_text.hpp"
#include "profile_cases.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

using Json = nlohmann::ordered_json;

std::mt19937 generator(42);

std::size_t below(std::size_t limit) { return generator() % limit; }

int rounds(int count) {
    const char* times = std::getenv("THREADX_FUZZ");
    return count * std::max(1, times != nullptr ? std::atoi(times) : 1);
}

std::string good_text() {
    Profiles profiles;
    for (const char* tag : {"sim/a", "indicator/b", "start"})
        for (const double items : {1.0, 1e3, 1e9})
            for (const double slower : {1.0, 1.1, 4.0})
                measure(profiles, key_of(tag), items, slower * items, 1);
    profiles.caps[key_of("sim/a")] = {4096, 1U << 30U, "2022-01-31T12:00:00Z"};
    return profiles_text(profiles);
}

bool is_sane(const Profiles& profiles) {
    for (const auto& [key, profile] : profiles.entries) {
        if (!profile.rate.known() || key.size_bucket < 0 || key.size_bucket > 63) return false;
        const std::optional<WorkCost> cost = profiles.cost(key.work);
        if (!cost || !std::isfinite(cost->seconds(1e6)) || !(cost->item_seconds > 0.0)) return false;
        if (!(cost->batch_seconds >= 0.0)) return false;
    }
    for (const auto& [work, cap] : profiles.caps)
        if (cap.items == 0) return false;
    return true;
}

// Reads it, uses it, writes it and reads that again.
void check_survives(const std::string& text) {
    const ParsedProfiles parsed = parse_profiles(text);
    CAPTURE(text);
    REQUIRE(is_sane(parsed.profiles));
    const ParsedProfiles again = parse_profiles(profiles_text(parsed.profiles));
    REQUIRE(again.damage.empty());
    REQUIRE(again.bad_entries.empty());
    REQUIRE(same(again.profiles, parsed.profiles));
}

Json any_value() {
    switch (below(14)) {
    case 0: return nullptr;
    case 1: return true;
    case 2: return -1;
    case 3: return 0;
    case 4: return 1e300;
    case 5: return -1e-300;
    case 6: return 5e-324;
    case 7: return std::numeric_limits<std::uint64_t>::max();
    case 8: return std::numeric_limits<std::int64_t>::min();
    case 9: return "";
    case 10: return "text";
    case 11: return Json::array({1, nullptr, Json::array()});
    case 12: return Json::object({{"uuid", 1}});
    default: return static_cast<double>(generator()) / 1e9;
    }
}

// Every value of the tree, itself too.
void collect(Json& json, std::vector<Json*>& out) {
    out.push_back(&json);
    if (json.is_structured())
        for (Json& child : json) collect(child, out);
}

} // namespace

TEST_CASE("random bytes are never fatal") {
    for (int i = 0; i < rounds(250); ++i) {
        std::string text(below(200), '\0');
        for (char& c : text) c = static_cast<char>(below(256));
        check_survives(text);
    }
    const std::string alphabet = "{}[]\",:0123456789.eE+-truefalsn \n\\u";
    for (int i = 0; i < rounds(250); ++i) {
        std::string text(below(100), '\0');
        for (char& c : text) c = alphabet[below(alphabet.size())];
        check_survives(text);
        check_survives("{\"schema\":1,\"profiles\":" + text + "}");
    }
}

TEST_CASE("a file that was cut off anywhere is never fatal") {
    const std::string text = good_text();
    for (std::size_t length = 0; length < text.size(); ++length) {
        check_survives(text.substr(0, length));
        if (length < text.find_last_of('}'))
            REQUIRE_FALSE(parse_profiles(text.substr(0, length)).damage.empty());
    }
}

TEST_CASE("bytes that were changed, lost, doubled or zeroed are never fatal") {
    const std::string text = good_text();
    for (int i = 0; i < rounds(1000); ++i) {
        std::string damaged = text;
        for (std::size_t k = 1 + below(3); k > 0; --k) {
            const std::size_t at = below(damaged.size());
            const std::size_t length = std::min(1 + below(40), damaged.size() - at);
            switch (below(4)) {
            case 0: damaged[at] = static_cast<char>(below(256)); break;
            case 1: damaged.erase(at, length); break;
            case 2: damaged.insert(at, damaged.substr(at, length)); break;
            default: damaged.replace(at, length, length, '\0');
            }
            if (damaged.empty()) break;
        }
        check_survives(damaged);
    }
}

TEST_CASE("JSON with other values anywhere is never fatal, and loses no more than it has to") {
    const Json good = Json::parse(good_text());
    const std::size_t entries = good["profiles"].size();
    for (int i = 0; i < rounds(1000); ++i) {
        Json json = good;
        const std::size_t changed = below(entries);
        std::vector<Json*> values;
        collect(json["profiles"][changed], values);
        *values[below(values.size())] = any_value();
        const ParsedProfiles parsed = parse_profiles(json.dump());
        REQUIRE(parsed.damage.empty());
        REQUIRE(parsed.profiles.entries.size() >= entries - 1);
        REQUIRE((parsed.bad_entries.empty() || parsed.profiles.entries.size() == entries - 1));
        check_survives(json.dump());
    }
    for (int i = 0; i < rounds(250); ++i) { // outside of the entries too
        Json json = good;
        std::vector<Json*> values;
        collect(json, values);
        *values[below(values.size())] = any_value();
        check_survives(json.dump());
    }
}

TEST_CASE("a file of damaged bytes is survived by the file's readers and changers too") {
    const std::string text = good_text();
    for (int i = 0; i < rounds(50); ++i) {
        const TemporaryFolder folder;
        const ProfileFile file(folder.path());
        std::string damaged = text;
        damaged[below(damaged.size())] = static_cast<char>(below(256));
        write_file_atomically(file.path(), damaged);
        std::vector<std::string> warnings;
        const Profiles before = file.read(warnings);
        const Observation observation = {key_of("sim/new"), "", 1000.0, 1.0};
        file.add(std::span(&observation, 1), warnings);
        warnings.clear();
        REQUIRE(file.read(warnings).entries.size() == before.entries.size() + 1);
        REQUIRE(warnings.empty());
    }
}
