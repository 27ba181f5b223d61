#include "report/verdict.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "report/metric_index.hpp"
#include "report/row_text.hpp"

namespace threadx {
namespace {

constexpr double few_trades = 30.0;
constexpr double deep_drawdown = 0.5;
constexpr double lonely = 0.5; // of the best's metric

std::string percent_text(double fraction) { return fmt::format("{:.3g} %", 100.0 * fraction); }

std::string time_words(double years) {
    return years < 1.0 ? fmt::format("{:.3g} days", 365.25 * years) : fmt::format("{:.3g} years", years);
}

std::string count_text(double value) {
    const std::string text = with_thousands(static_cast<unsigned long long>(std::fabs(value)));
    return value < 0.0 ? "-" + text : text;
}

// The facts, and what is said about each of them.
class Writer {
  public:
    explicit Writer(const VerdictFacts& facts) : facts_(facts) {}

    Verdict write() {
        if (!facts_.best) return {Tone::bad, "No scenario could be run.", {{Tone::bad, unusable_text()}}};
        if (facts_.windows) return write_windows();
        best_scenario();
        share_of_gains();
        holding();
        neighbours();
        ends_of_ranges();
        trades();
        drawdown();
        if (facts_.survey.invalid() + facts_.survey.ruined() > 0) say(Tone::doubt, unusable_text());
        sentences_.insert(sentences_.end(), facts_.found.begin(), facts_.found.end());
        not_asked();
        return {tone(), headline(), sentences_};
    }

  private:
    // Of a walk-forward: what counts is what became of the choices.
    Verdict write_windows() {
        say(Tone::fact, fmt::format("{} rows: each scenario in the training of each fold.",
                                    with_thousands(facts_.survey.valid())));
        sentences_.insert(sentences_.end(), facts_.found.begin(), facts_.found.end());
        if (facts_.found.empty())
            return {Tone::fact, "What became of the choices is not known yet.", sentences_};
        for (const Sentence& sentence : facts_.found)
            if (sentence.tone == Tone::doubt)
                return {Tone::doubt, "What was chosen in training did not hold up in the tests.", sentences_};
        return {Tone::good, "What was chosen in training held up in the tests.", sentences_};
    }

    void say(Tone tone, std::string text) { sentences_.push_back({tone, std::move(text)}); }
    double best(const char* metric) const { return best(metric_place(metric)); }
    double best(std::size_t metric) const {
        return facts_.best->values[facts_.schema.parameters.size() + metric];
    }
    std::string text(const char* metric) const {
        return metric_text(metrics()[metric_place(metric)], best(metric));
    }

    void best_scenario() {
        std::string where;
        for (const HeatAxis& axis : facts_.axes)
            where += fmt::format("{}{} = {}", where.empty() ? "" : ", ", axis.name,
                                 short_number(facts_.best->values[axis.parameter]));
        const Metric& metric = metrics()[facts_.metric];
        say(Tone::fact,
            fmt::format("Best by {}: scenario {}{} with {} {}, total return {}, largest drawdown {}, {} "
                        "trades.",
                        metric.name, with_thousands(facts_.best->scenario),
                        where.empty() ? "" : fmt::format(" ({})", where), metric.name,
                        metric_text(metric, best(facts_.metric)), text("total_return"), text("max_drawdown"),
                        text("trades")));
    }

    void share_of_gains() {
        const double share =
            static_cast<double>(facts_.survey.gaining()) / static_cast<double>(facts_.survey.valid());
        const double median = facts_.survey.median(metric_place("total_return"));
        say(share >= 0.5 ? Tone::good : Tone::doubt,
            fmt::format("{} of {} scenarios made money ({}); the median {} {}{}.",
                        with_thousands(facts_.survey.gaining()), with_thousands(facts_.survey.valid()),
                        percent_text(share), median < 0.0 ? "lost" : "gained",
                        percent_text(std::fabs(median)), facts_.survey.sampled() ? ", about" : ""));
    }

    void holding() {
        if (!facts_.held) return;
        const bool beaten = best("total_return") > *facts_.held;
        say(beaten ? Tone::good : Tone::doubt,
            fmt::format("Buying at the first close and holding would have {} {} in {}, without costs.",
                        *facts_.held < 0.0 ? "lost" : "gained", percent_text(std::fabs(*facts_.held)),
                        time_words(facts_.years)));
    }

    // A peak that its neighbours do not share is a peak of chance.
    void neighbours() {
        if (facts_.survey.neighbours() == 0) return;
        const double own = best(facts_.metric);
        const double mean = facts_.survey.neighbour_mean();
        const bool shared = metrics()[facts_.metric].higher_is_better ? mean >= own - lonely * std::fabs(own)
                                                                      : mean <= own + lonely * std::fabs(own);
        const Metric& metric = metrics()[facts_.metric];
        const bool gains = best("total_return") > 0.0; // a plateau of losses speaks for nothing
        say(!shared ? Tone::doubt
            : gains ? Tone::good
                    : Tone::fact,
            fmt::format(
                "The {} scenarios beside it, one step away in one parameter, have a mean {} of {} against "
                "its {}{}.",
                with_thousands(facts_.survey.neighbours()), metric.name, metric_text(metric, mean),
                metric_text(metric, own), shared ? "" : ": it stands alone"));
    }

    void ends_of_ranges() {
        std::string ends;
        for (const HeatAxis& axis : facts_.axes) {
            if (axis.size() < 3) continue;
            const double value = facts_.best->values[axis.parameter];
            const std::size_t cell = axis.cell(value);
            if (cell != 0 && cell + 1 != axis.size()) continue;
            ends += fmt::format("{}{} = {}", ends.empty() ? "" : ", ", axis.name, short_number(value));
        }
        if (!ends.empty())
            say(Tone::doubt,
                fmt::format("It lies at the end of what was searched ({}): better values may lie beyond.",
                            ends));
    }

    void trades() {
        const double count = best("trades");
        if (count < few_trades)
            say(Tone::doubt,
                fmt::format("It made {} trades: too few to tell skill from luck.", count_text(count)));
    }

    void drawdown() {
        if (best("max_drawdown") > deep_drawdown)
            say(Tone::doubt, fmt::format("On the way it lost {} from a peak.", text("max_drawdown")));
    }

    std::string unusable_text() const {
        std::string text;
        if (facts_.survey.ruined() > 0)
            text += fmt::format("{} scenarios lost everything", with_thousands(facts_.survey.ruined()));
        if (facts_.survey.invalid() > 0)
            text += fmt::format("{}{} could not be run (a window length below 1 or not whole)",
                                text.empty() ? "" : "; ", with_thousands(facts_.survey.invalid()));
        return text.empty() ? "There are no rows yet." : text + ".";
    }

    void not_asked() {
        std::string commands;
        for (const std::string& command : facts_.not_asked)
            commands += fmt::format("{}{}", commands.empty() ? "" : "; ", command);
        if (!commands.empty())
            say(Tone::fact,
                fmt::format("The best of {} tries on the same bars always looks good. Not asked yet: {}.",
                            with_thousands(facts_.survey.valid()), commands));
    }

    Tone tone() const {
        if (!(best("total_return") > 0.0)) return Tone::bad;
        for (const Sentence& sentence : sentences_)
            if (sentence.tone == Tone::doubt) return Tone::doubt;
        return Tone::good;
    }

    std::string headline() const {
        if (best("trades") == 0.0 && best("open_trades") == 0.0) return "Nothing was traded.";
        switch (tone()) {
        case Tone::bad:
            return fmt::format("After costs even the best scenario loses: {}.", text("total_return"));
        case Tone::doubt: return "There is a gain, and there are reasons to doubt it.";
        case Tone::good:
        case Tone::fact: break;
        }
        return "A gain that holds up so far: worth a test on other data.";
    }

    const VerdictFacts& facts_;
    std::vector<Sentence> sentences_;
};

} // namespace

std::string metric_text(const Metric& metric, double value) {
    if (std::isnan(value)) return "undefined";
    switch (metric.unit) {
    case MetricUnit::fraction: return percent_text(value);
    case MetricUnit::bars: return count_text(value) + " bars";
    case MetricUnit::count: return count_text(value);
    case MetricUnit::money:
    case MetricUnit::number: break;
    }
    return short_number(value);
}

std::string tone_name(Tone tone) {
    constexpr const char* names[] = {"good", "fact", "doubt", "bad"};
    return names[static_cast<std::size_t>(tone)];
}

Verdict make_verdict(const VerdictFacts& facts) { return Writer(facts).write(); }

} // namespace threadx
