// What all scenarios together say.
#include <cmath>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "made_up_rows.hpp"
#include "report/scenario_survey.hpp"

namespace threadx::test {
namespace {

Row scenario(std::uint64_t id, double a, double b, double gain) {
    Row row = row_of(id, {a, b});
    set_metric(row, "total_return", gain);
    set_metric(row, "sharpe", 10.0 * gain);
    return row;
}

const std::vector<HeatAxis> axes = {value_axis("a", 0, {1, 2, 3}), value_axis("b", 1, {1, 2, 3})};

} // namespace

TEST_CASE("counts gains and statuses; neighbours of the best are one cell away on one axis") {
    const Row best = scenario(4, 2, 2, 0.9);
    ScenarioSurvey survey(metrics(), 9, axes, best, metric_place("sharpe"));
    std::uint64_t id = 0;
    for (const double a : {1.0, 2.0, 3.0})
        for (const double b : {1.0, 2.0, 3.0}) {
            Row row = scenario(id, a, b, id == 4 ? 0.9 : 0.25 * static_cast<double>(id) - 0.75);
            if (id == 8) row.status = RowStatus::invalid;
            if (id == 0) row.status = RowStatus::ruined;
            survey.add(id++, row.status, row.values);
        }
    CHECK(survey.invalid() == 1);
    CHECK(survey.ruined() == 1);
    CHECK(survey.valid() == 8);
    CHECK(survey.gaining() == 4); // of 4, 5, 6 and 7; 3 gains nothing
    CHECK(survey.neighbours() == 4);
    CHECK(survey.neighbour_mean() == doctest::Approx((-5.0 + 0.0 + 5.0 + 10.0) / 4.0)); // of 1, 3, 5, 7
    CHECK_FALSE(survey.sampled());
}

TEST_CASE("the median of few rows is theirs; of many it is drawn, the same each time, and near") {
    const auto survey_of = [](std::uint64_t rows) {
        ScenarioSurvey survey(metrics(), rows, axes, std::nullopt, metric_place("sharpe"));
        for (std::uint64_t id = 0; id < rows; ++id) {
            const Row row = scenario(id, 1, 1, static_cast<double>(id) / static_cast<double>(rows));
            survey.add(id, row.status, row.values);
        }
        return survey;
    };
    CHECK(survey_of(101).median(metric_place("total_return")) == doctest::Approx(50.0 / 101.0));
    const ScenarioSurvey many = survey_of(200'000);
    CHECK(many.sampled());
    CHECK(many.median(metric_place("total_return")) == doctest::Approx(0.5).epsilon(0.01));
    CHECK(many.json() == survey_of(200'000).json());
    const auto spread = nlohmann::json::parse(many.json())["spreads"][metric_place("total_return")];
    CHECK(spread["defined"].get<double>() == doctest::Approx(40'000).epsilon(0.03));
    CHECK(std::isnan(many.median(metric_place("trades"))));
}

TEST_CASE("a histogram counts every defined value") {
    ScenarioSurvey survey(metrics(), 1000, axes, std::nullopt, metric_place("sharpe"));
    for (std::uint64_t id = 0; id < 1000; ++id) {
        const Row row = scenario(id, 1, 1,
                                 id == 999      ? 1e9
                                 : id % 10 == 0 ? undefined
                                                : static_cast<double>(id));
        survey.add(id, row.status, row.values);
    }
    const auto spread = nlohmann::json::parse(survey.json())["spreads"][metric_place("sharpe")];
    int sum = 0;
    for (const int count : spread["counts"]) sum += count;
    CHECK(sum == 900);
    CHECK(spread["high"].get<double>() < 1e5); // not stretched by the one outlier
}

} // namespace threadx::test
