#include "sweep/manifest.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "base/sha256.hpp"
#include "sweep_for_tests.hpp"

using namespace threadx;

namespace {

constexpr const char* strategy = R"toml([params]
n = { default = 5, min = 1, max = 99, kind = "int" }
[rules]
enter_long = "crossover(close, sma(close, n))"
)toml";
constexpr const char* space = "[space]\nn = [2, 3, 5, 7, 11]\n";

struct Bars100 {
    test::TemporaryFolder folder;
    std::filesystem::path file = folder / "bars.csv";
    Bars100() { test::write_bars(file, 100); }
};

Session session_that(const std::string& state) {
    Session session;
    session.started = "2022-01-31T12:00:00Z";
    session.state = state;
    if (state != "running") session.ended = "2022-01-31T12:00:01Z";
    return session;
}

// A comment of any text that TOML takes: all of Unicode but control characters.
std::string any_comment() {
    std::string text = "# ";
    for (const int choice : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 102)))
        text += choice < 95 ? std::string(1, static_cast<char>(' ' + choice))
                            : std::vector<std::string>{"é", "→", "💹", "\t", "\\", "\"", "\n# "}[choice - 95U];
    return text + "\n";
}

} // namespace

TEST_CASE("what a manifest stores is the request that it was made of") {
    const Bars100 bars;
    CHECK(rc::check([&] {
        SweepRequest request = test::make_request(bars.file, any_comment() + strategy, any_comment() + space);
        request.config_name = "a \"sweep\" of é.toml";
        if (*rc::gen::arbitrary<bool>()) request.overrides.emplace_back("execution.fee=0.001");
        if (*rc::gen::arbitrary<bool>()) request.overrides.emplace_back("space.n=[1, 2, 3, 4, 5, 6]");
        if (*rc::gen::arbitrary<bool>()) {
            const std::uint64_t first = *rc::gen::inRange<std::uint64_t>(0, 5);
            request.range = IdRange{first, *rc::gen::inRange<std::uint64_t>(first + 1, 6)};
        }
        const PreparedSweep sweep(request, Settings{});
        const std::string text = manifest_text(sweep, session_that("running"));
        const ManifestRequest saved = read_manifest_request(text, "manifest.json");
        RC_ASSERT(saved.request.config_name == request.config_name);
        RC_ASSERT(saved.request.config_text == request.config_text);
        RC_ASSERT(saved.request.overrides == request.overrides);
        RC_ASSERT(saved.request.strategy_name == request.strategy_name);
        RC_ASSERT(saved.request.strategy_text == request.strategy_text);
        RC_ASSERT(saved.request.data_file == request.data_file);
        RC_ASSERT(saved.request.range == request.range);
        RC_ASSERT(saved.data_sha256 == sweep.data().sha256);
        // And what it stores makes the same manifest again.
        const PreparedSweep again(saved.request, Settings{});
        RC_ASSERT(manifest_text(again, session_that("running")) == text);
    }));
}

TEST_CASE("each call of sweep and resume is a session of the manifest, and the rest stays") {
    const Bars100 bars;
    const PreparedSweep sweep(test::make_request(bars.file, strategy, space), Settings{});
    const std::string started = manifest_text(sweep, session_that("running"));
    const std::string interrupted = manifest_text(sweep, session_that("interrupted"), started);
    Session second = session_that("complete");
    second.started = "2022-02-01T00:00:00Z";
    const std::string complete = manifest_text(sweep, second, interrupted);

    const auto parsed = nlohmann::json::parse(complete);
    REQUIRE(parsed["sessions"].size() == 2);
    CHECK(parsed["sessions"][0]["state"] == "interrupted");
    CHECK(parsed["sessions"][1]["state"] == "complete");
    CHECK(parsed["state"] == "complete");
    CHECK(nlohmann::json::parse(started)["sessions"][0]["state"] == "running");
    CHECK(read_manifest_request(complete, "m").request.config_text == space);
}

TEST_CASE("a session that was killed stays in the manifest as running") {
    const Bars100 bars;
    const PreparedSweep sweep(test::make_request(bars.file, strategy, space), Settings{});
    const std::string killed = manifest_text(sweep, session_that("running"));
    Session second = session_that("complete");
    second.started = "2022-02-01T00:00:00Z";
    const auto parsed = nlohmann::json::parse(manifest_text(sweep, second, killed));
    REQUIRE(parsed["sessions"].size() == 2);
    CHECK(parsed["sessions"][0]["state"] == "running");
}

TEST_CASE("the manifest names what went in by its hash") {
    const Bars100 bars;
    const PreparedSweep sweep(test::make_request(bars.file, strategy, space), Settings{});
    const auto parsed = nlohmann::json::parse(manifest_text(sweep, session_that("running")));
    CHECK(parsed["config"]["sha256"] == sha256_hex(space));
    CHECK(parsed["strategy"]["sha256"] == sha256_hex(strategy));
    CHECK(parsed["data"]["bars"] == 100);
    CHECK(parsed["space"]["scenarios"] == 5);
}

TEST_CASE("a manifest of other results, and what is none, are refused with the place") {
    const Bars100 bars;
    const PreparedSweep sweep(test::make_request(bars.file, strategy, space), Settings{});
    const std::string text = manifest_text(sweep, session_that("running"));
    const auto with = [&](const char* key, const nlohmann::json& value) {
        auto parsed = nlohmann::json::parse(text);
        parsed[key] = value;
        return test::message_of([&] { read_manifest_request(parsed.dump(), "run/manifest.json"); });
    };
    CHECK(with("results_version", results_version + 1).find("sweep again") != std::string::npos);
    CHECK(with("format", "threadx-run-99").starts_with("run/manifest.json: "));
    CHECK(with("config", "nothing").starts_with("run/manifest.json: not a run's manifest"));
    CHECK(with("range", 3).starts_with("run/manifest.json: not a run's manifest"));
    for (const char* damaged : {"", "{", "[]", "null", "{}", "{\"format\": \"threadx-run-1\"}"})
        CHECK(test::message_of([&] { read_manifest_request(damaged, "m"); }).starts_with("m: "));
    CHECK(rc::check([&] { // cut off anywhere
        const auto length = *rc::gen::inRange<std::size_t>(0, text.size() - 2);
        RC_ASSERT(
            test::message_of([&] { read_manifest_request(text.substr(0, length), "m"); }).starts_with("m: "));
    }));
}
