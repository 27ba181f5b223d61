#include "space/sampler.hpp"

#include <thread>

#include <doctest/doctest.h>

#include "testing.hpp"

using namespace threadx;
using namespace threadx::testing;

namespace {

const std::vector<std::string> drawn_kinds = {"monte_carlo", "sobol", "latin_hypercube"};

std::string error_of(const SamplerSettings& settings, const Space& space = Space({unit("x")})) {
    return message_of([&] { make_sampler(space, settings, "sweep.toml:9:1"); });
}

} // namespace

TEST_CASE("sampler settings are read from their table") {
    SamplerSettings settings;
    read_fields(ConfigNode::parse("kind = 'sobol'\nscenarios = 10000\nseed = 7", "sweep.toml"),
                sampler_fields(), settings);
    CHECK(settings.kind == "sobol");
    CHECK(settings.scenarios == 10000);
    CHECK(settings.seed == 7);
}

TEST_CASE("wrong sampler settings are refused at their place") {
    const auto read = [](const std::string& text) {
        return message_of([&] {
            SamplerSettings settings;
            read_fields(ConfigNode::parse(text, "sweep.toml"), sampler_fields(), settings);
        });
    };
    CHECK(read("kind = 'sobl'") ==
          "sweep.toml:1:8: 'sobl' is not one of: grid, monte_carlo, sobol, latin_hypercube "
          "(did you mean 'sobol'?)");
    CHECK(read("scenarios = -1") == "sweep.toml:1:13: must be at least 0, found -1");
    CHECK(read("seed = -1") == "sweep.toml:1:8: must be at least 0, found -1");
    CHECK(read("sede = 1") == "sweep.toml:1:8: unknown key 'sede' (did you mean 'seed'?)");
}

TEST_CASE("the reference text names every kind") {
    const std::string text = describe_fields("sampler", sampler_fields());
    CHECK(text.find("kind = \"grid\"") != std::string::npos);
    CHECK(text.find("(grid | monte_carlo | sobol | latin_hypercube)") != std::string::npos);
    CHECK(text.find("seed = 42") != std::string::npos);
}

TEST_CASE("a sampler that cannot be made says why, where and what to do") {
    CHECK(error_of({.kind = "sobl", .scenarios = 4}) ==
          "sweep.toml:9:1: there is no sampler 'sobl' (did you mean 'sobol'?)");
    for (const std::string& kind : drawn_kinds) {
        CHECK(error_of({.kind = kind}) == "sweep.toml:9:1: " + kind +
                                              " needs the number of scenarios, found 0; give, for example, "
                                              "scenarios = 10000");
        CHECK(error_of({.kind = kind, .scenarios = 4, .seed = -1}) ==
              "sweep.toml:9:1: seed must be at least 0, found -1");
        CHECK(error_of({.kind = kind, .scenarios = 4}, Space{}) ==
              "sweep.toml:9:1: " + kind +
                  " has no parameter to draw; name some in [space], or choose the sampler grid");
    }
    CHECK(error_of({.kind = "sobol", .scenarios = (1LL << 53) + 1}) ==
          "sweep.toml:9:1: sobol draws at most 9,007,199,254,740,992 scenarios, found 9,007,199,254,740,993; "
          "take "
          "fewer, or choose monte_carlo");
    CHECK(error_of({.kind = "latin_hypercube", .scenarios = (1LL << 48) + 1})
              .starts_with(
                  "sweep.toml:9:1: latin_hypercube draws at most 281,474,976,710,656 scenarios, found "));
}

TEST_CASE("names whose keys are the same are refused rather than drawn alike") {
    const Space alike({unit("costarring"), unit("liquid")}); // a known collision of FNV-1a
    for (const std::string& kind : drawn_kinds)
        CHECK(error_of({.kind = kind, .scenarios = 4}, alike) ==
              "sweep.toml:9:1: 'costarring' and 'liquid' would draw the same random numbers; rename one of "
              "them");
    CHECK(error_of({}, Space({Dimension::levels("costarring", {1}), Dimension::levels("liquid", {1})})) ==
          "no error");
}

TEST_CASE("different seeds draw differently, the same seed the same") {
    for (const std::string& kind : drawn_kinds) {
        const std::vector<Dimension> dimensions = {unit("a"), unit("b")};
        const Drawer one(dimensions, {.kind = kind, .scenarios = 16, .seed = 1});
        const Drawer again(dimensions, {.kind = kind, .scenarios = 16, .seed = 1});
        const Drawer other(dimensions, {.kind = kind, .scenarios = 16, .seed = 2});
        for (std::uint64_t id = 0; id < 16; ++id) {
            CHECK(one(id) == again(id));
            CHECK(one(id) != other(id));
        }
    }
}

TEST_CASE("levels and values agree, and a continuous dimension has level 0") {
    for (const std::string& kind : drawn_kinds) {
        const Dimension listed = Dimension::levels("n", {3, 1, 2});
        const Drawer draw({listed, unit("x")}, {.kind = kind, .scenarios = 60});
        for (std::uint64_t id = 0; id < 60; ++id) {
            const Point point = draw(id);
            CHECK(point.values[0] == listed.level(point.levels[0]));
            CHECK(point.levels[1] == 0);
        }
    }
}

TEST_CASE("many threads draw the same points from one sampler as one thread does") {
    for (const std::string& kind : drawn_kinds) {
        const Drawer draw({unit("a"), Dimension::stepped("n", 1, 50, 1)}, {.kind = kind, .scenarios = 2000});
        std::vector<Point> alone(2000);
        std::vector<Point> together(2000);
        for (std::uint64_t id = 0; id < 2000; ++id) alone[id] = draw(id);
        std::vector<std::thread> threads;
        for (std::uint64_t t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                for (std::uint64_t id = 2000; id-- > 0;)
                    if (id % 4 == t) together[id] = draw(id);
            });
        for (std::thread& thread : threads) thread.join();
        CHECK(alone == together);
    }
}
