#include "rules/bar_source.hpp"

#include <array>

#include "market/time_text.hpp"

namespace threadx {
namespace {

// Whole ones: parts of one are cut off.
double milliseconds(std::int64_t nanoseconds) {
    const std::int64_t whole = nanoseconds / nanoseconds_per_millisecond;
    return static_cast<double>(whole);
}

// How a longer bar's field is made of those of its bars: the `part` of indicators/longer_bars.h.
constexpr std::array<double, bar_field_count> parts = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0};

} // namespace

BarSource::BarSource(const BarSource& below, std::int64_t period)
    : graph_(below.graph_), below_(&below), period_(period) {}

NodeId BarSource::field(BarField field) const {
    if (!longer()) return graph_.field(field);
    const auto place = static_cast<std::size_t>(field);
    const NodeId start = below_->field(BarField::time);
    const NodeId packed =
        call_function(graph_, "longer_bars",
                      std::array{field == BarField::time || field == BarField::time_close
                                     ? start
                                     : below_->field(field),
                                 start, below_->field(BarField::time_close),
                                 graph_.constant(milliseconds(period_)), graph_.constant(parts[place])})
            .nodes[0];
    graph_.describe_as_field(packed, bar_field_name(static_cast<int>(field)), duration_text(period_));
    return packed;
}

NodeId BarSource::unpacked(NodeId x) const {
    const NodeId period_text = graph_.text(duration_text(period_));
    const bool truth = graph_[x].type == ValueType::boolean;
    const NodeId number = truth ? graph_.choose(x, graph_.constant(1.0), graph_.constant(0.0)) : x;
    const NodeId ended =
        call_function(graph_, "longer_bars_ended",
                      std::array{below_->field(BarField::time), below_->field(BarField::time_close),
                                 graph_.constant(milliseconds(period_))})
            .nodes[0];
    const NodeId value = call_function(graph_, "at_longer_bar", std::array{number, ended}).nodes[0];
    const NodeId out = truth ? graph_.binary(Op::less, graph_.constant(0.0), value) : value;
    graph_.describe_as_call(out, "htf", std::array{period_text, x}, "");
    return out;
}

} // namespace threadx
