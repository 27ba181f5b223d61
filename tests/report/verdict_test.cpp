// What is said of a run, and what about it makes a difference.
#include <algorithm>

#include <doctest/doctest.h>

#include "made_up_rows.hpp"
#include "report/verdict.hpp"

namespace threadx::test {
namespace {

// A run of nine scenarios, the best in the middle; each test changes one thing.
struct Run {
    std::vector<HeatAxis> axes = {value_axis("fast", 0, {1, 2, 3}), value_axis("slow", 1, {1, 2, 3})};
    double best_return = 0.5;
    double best_sharpe = 1.0;
    double other_return = 0.4;
    double other_sharpe = 0.9;
    double trades = 100.0;
    double drawdown = 0.1;
    double place = 2.0; // of the best on both axes
    double held = 0.2;
    std::vector<Sentence> found;

    Verdict verdict() const {
        Row best = row_of(0, {place, place});
        set(best, best_return, best_sharpe);
        ScenarioSurvey survey(metrics(), 9, axes, best, metric_place("sharpe"));
        for (std::uint64_t id = 0; id < 9; ++id) {
            Row row = row_of(id, {1.0 + static_cast<double>(id / 3), 1.0 + static_cast<double>(id % 3)});
            const bool is_best = row.values[0] == place && row.values[1] == place;
            set(row, is_best ? best_return : other_return, is_best ? best_sharpe : other_sharpe);
            survey.add(id, row.status, row.values);
        }
        return make_verdict({survey,
                             axes,
                             {{"fast", "slow"}, metric_names()},
                             best,
                             metric_place("sharpe"),
                             2.0,
                             held,
                             found,
                             {"threadx walkforward FILE.toml"}});
    }

  private:
    void set(Row& row, double gain, double sharpe) const {
        set_metric(row, "total_return", gain);
        set_metric(row, "sharpe", sharpe);
        set_metric(row, "trades", trades);
        set_metric(row, "open_trades", 0.0);
        set_metric(row, "max_drawdown", drawdown);
    }
};

std::string doubts(const Verdict& verdict) {
    std::string text;
    for (const Sentence& sentence : verdict.sentences)
        if (sentence.tone == Tone::doubt) text += sentence.text + "\n";
    return text;
}

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("a gain that nothing speaks against is worth a test, no more") {
    const Verdict verdict = Run().verdict();
    CHECK(verdict.tone == Tone::good);
    CHECK(verdict.headline == "A gain that holds up so far: worth a test on other data.");
    CHECK(doubts(verdict) == "");
    CHECK(
        says(verdict.sentences[0].text, "scenario 0 (fast = 2, slow = 2) with sharpe 1, total return 50 %"));
    CHECK(says(verdict.sentences.back().text, "threadx walkforward"));
}

TEST_CASE("a best scenario that loses is bad, whatever else") {
    Run run;
    run.best_return = -0.1;
    CHECK(run.verdict().tone == Tone::bad);
    CHECK(run.verdict().headline == "After costs even the best scenario loses: -10 %.");
    const Verdict verdict = run.verdict();
    for (const Sentence& sentence : verdict.sentences) // neighbours that lose alike speak for nothing
        CHECK((sentence.tone != Tone::good || !says(sentence.text, "scenarios beside it")));
}

TEST_CASE("each reason to doubt is named with its number") {
    Run run;
    SUBCASE("few trades") {
        run.trades = 12.0;
        CHECK(doubts(run.verdict()) == "It made 12 trades: too few to tell skill from luck.\n");
    }
    SUBCASE("neighbours that do not share it") {
        run.other_sharpe = 0.1;
        CHECK(says(doubts(run.verdict()), "The 4 scenarios beside it"));
        CHECK(says(doubts(run.verdict()), "mean sharpe of 0.1 against its 1: it stands alone"));
    }
    SUBCASE("most scenarios lose") {
        run.other_return = -0.05;
        CHECK(doubts(run.verdict()) == "1 of 9 scenarios made money (11.1 %); the median lost 5 %.\n");
    }
    SUBCASE("at the end of the ranges") {
        run.place = 3.0;
        CHECK(
            doubts(run.verdict()) ==
            "It lies at the end of what was searched (fast = 3, slow = 3): better values may lie beyond.\n");
    }
    SUBCASE("holding was better") {
        run.held = 3.0;
        CHECK(doubts(run.verdict()) ==
              "Buying at the first close and holding would have gained 300 % in 2 years, without costs.\n");
    }
    SUBCASE("what another command found") {
        run.found = {{Tone::doubt, "It may be luck."}};
        CHECK(doubts(run.verdict()) == "It may be luck.\n");
    }
    SUBCASE("a deep drawdown") {
        run.drawdown = 0.61;
        CHECK(doubts(run.verdict()) == "On the way it lost 61 % from a peak.\n");
    }
    CHECK(run.verdict().tone == Tone::doubt);
}

TEST_CASE("without a scenario that could be run there is nothing to praise") {
    ScenarioSurvey survey(metrics(), 1, {}, std::nullopt, 0);
    const Row row = row_of(0, {1.0});
    survey.add(0, RowStatus::invalid, row.values);
    const Verdict verdict =
        make_verdict({survey, {}, {{"n"}, metric_names()}, std::nullopt, 0, 1.0, std::nullopt, {}, {}});
    CHECK(verdict.tone == Tone::bad);
    CHECK(verdict.headline == "No scenario could be run.");
    CHECK(says(verdict.sentences.at(0).text, "1 could not be run"));
}

TEST_CASE("of windows of time only what became of the choices is said") {
    ScenarioSurvey survey(metrics(), 1, {}, std::nullopt, 0);
    const Row row = row_of(0, {0.0, 1.0});
    survey.add(0, RowStatus::ok, row.values);
    const auto verdict_with = [&](Tone tone) {
        return make_verdict({survey,
                             {},
                             {{"fold", "n"}, metric_names()},
                             row,
                             0,
                             1.0,
                             0.1,
                             {{tone, "Out of sample, ..."}},
                             {},
                             true});
    };
    CHECK(verdict_with(Tone::good).headline == "What was chosen in training held up in the tests.");
    CHECK(verdict_with(Tone::doubt).headline == "What was chosen in training did not hold up in the tests.");
    CHECK(verdict_with(Tone::doubt).tone == Tone::doubt);
    CHECK(verdict_with(Tone::doubt).sentences.at(0).text ==
          "1 rows: each scenario in the training of each fold.");
}

TEST_CASE("metrics are written with their unit") {
    CHECK(metric_text(metrics()[metric_place("total_return")], 0.1234) == "12.3 %");
    CHECK(metric_text(metrics()[metric_place("trades")], 1234.0) == "1,234");
    CHECK(metric_text(metrics()[metric_place("avg_hold_bars")], 12.0) == "12 bars");
    CHECK(metric_text(metrics()[metric_place("sharpe")], undefined) == "undefined");
}

} // namespace threadx::test
