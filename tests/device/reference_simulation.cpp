#include "device/reference_simulation.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace threadx::test {
namespace {

struct Position {
    int side = 0; // +1 long, -1 short
    double units = 0.0;
    double price = 0.0;
    double fee = 0.0;
    std::size_t bar = 0;
    std::optional<double> stop;
    std::optional<double> target;
    double distance = 0.0;
    std::optional<double> extreme; // highest high of a long position, lowest low of a short one
};

struct Orders {
    std::string_view leave; // the reason, or none
    int enter = 0;
    std::size_t signal_bar = 0;
};

class Book {
  public:
    Book(const Strategy& strategy, const Bars& bars, const Execution& execution,
         const ReferenceInputs& inputs)
        : strategy_(strategy), bars_(bars), ex_(execution), in_(inputs), cash_(execution.capital) {}

    ReferenceResult run() {
        const bool at_close = ex_.fill == "close";
        for (std::size_t t = 0; t < bars_.size(); ++t) {
            const bool last = t + 1 == bars_.size();
            if (!at_close) fill(t, bars_.open[t]);
            if (position_) inside_bar(t);
            if (position_) trail(t);
            check_ruin(t);
            if (!last && !out_.ruined) decide(t);
            if (at_close) fill(t, bars_.close[t]);
            if (last && ex_.close_at_end && position_)
                leave(t, market(-position_->side, bars_.close[t]), "end", ex_.fee);
            check_ruin(t);
            out_.equity.push_back(equity(t));
            out_.held_bars += position_ ? 1 : 0;
        }
        if (position_) out_.open_units = position_->side * position_->units;
        return out_;
    }

  private:
    double equity(std::size_t t) const {
        return cash_ + (position_ ? position_->side * position_->units * bars_.close[t] : 0.0);
    }

    // What a market order to buy (+1) or sell (-1) gets.
    double market(int direction, double price) const { return price * (1.0 + direction * ex_.slippage); }

    void pay(double amount) {
        cash_ -= amount;
        out_.fees += amount;
    }

    void leave(std::size_t t, double price, std::string_view reason, double fee) {
        const Position& p = *position_;
        const double cost = fee * p.units * price;
        cash_ += p.side * p.units * price;
        pay(cost);
        out_.trades.push_back({p.side > 0, p.units, static_cast<std::int64_t>(p.bar),
                               static_cast<std::int64_t>(t), p.price, price,
                               p.side * p.units * (price - p.price) - p.fee - cost, p.fee + cost, reason});
        position_.reset();
    }

    void enter(std::size_t t, int side, double raw_price, std::size_t signal_bar) {
        const double p = market(side, raw_price);
        const double e = cash_;
        const bool has_stop = !in_.stop_distance.empty();
        const bool has_target = !in_.target_distance.empty();
        const double d = has_stop ? in_.stop_distance[signal_bar] : 0.0;
        const double g = has_target ? in_.target_distance[signal_bar] : 0.0;
        double units = in_.size; // SizeKind::units
        if (strategy_.size_kind == SizeKind::equity) units = in_.size * e / (p * (1.0 + ex_.fee));
        if (strategy_.size_kind == SizeKind::cash) units = in_.size / p;
        if (strategy_.size_kind == SizeKind::risk) units = in_.size * e / d;
        const double most = ex_.leverage * e / (p * (1.0 + ex_.fee));
        if (units > most) units = most;
        const bool good =
            std::isfinite(units) && units > 0.0 && (!has_stop || d > 0.0) && (!has_target || g > 0.0);
        if (!good) {
            ++out_.rejected;
            return;
        }
        Position fresh{side, units, p, ex_.fee * units * p, t, {}, {}, d, {}};
        if (has_stop) fresh.stop = p - side * d;
        if (has_target) fresh.target = p + side * g;
        cash_ -= side * units * p;
        pay(fresh.fee);
        position_ = fresh;
    }

    void fill(std::size_t t, double price) {
        if (!orders_.leave.empty()) leave(t, market(-position_->side, price), orders_.leave, ex_.fee);
        if (orders_.enter != 0) enter(t, orders_.enter, price, orders_.signal_bar);
        orders_ = {};
    }

    void inside_bar(std::size_t t) {
        const Position& p = *position_;
        const double open = bars_.open[t];
        const bool is_long = p.side > 0;
        const auto at_or_below = [&](double price, double level) {
            return is_long ? price <= level : price >= level;
        };
        const auto at_or_above = [&](double price, double level) {
            return is_long ? price >= level : price <= level;
        };
        const double worst = is_long ? bars_.low[t] : bars_.high[t];
        const double best = is_long ? bars_.high[t] : bars_.low[t];
        if (p.stop && at_or_below(open, *p.stop)) return leave(t, market(-p.side, open), "stop", ex_.fee);
        if (p.target && at_or_above(open, *p.target)) return leave(t, open, "target", ex_.fee);
        bool stopped = p.stop && at_or_below(worst, *p.stop);
        bool reached = p.target && at_or_above(best, *p.target);
        if (stopped && reached) {
            if (ex_.ambiguity == "target_first") stopped = false;
            if (ex_.ambiguity == "nearest_to_open")
                stopped = std::fabs(open - *p.stop) <= std::fabs(*p.target - open);
            reached = !stopped;
        }
        if (stopped)
            leave(t, market(-p.side, *p.stop), "stop", ex_.fee);
        else if (reached)
            leave(t, *p.target, "target", ex_.fee);
    }

    void trail(std::size_t t) {
        Position& p = *position_;
        const double best = p.side > 0 ? bars_.high[t] : bars_.low[t];
        if (!p.extreme || p.side * best > p.side * *p.extreme) p.extreme = best;
        if (!strategy_.trailing) return;
        const double level = *p.extreme - p.side * p.distance;
        if (p.side * level > p.side * *p.stop) p.stop = level;
    }

    void check_ruin(std::size_t t) {
        if (out_.ruined || equity(t) > 0.0) return;
        if (position_) leave(t, bars_.close[t], "ruin", 0.0);
        cash_ = 0.0;
        out_.ruined = true;
        orders_ = {};
    }

    void decide(std::size_t t) {
        const bool buy = in_.signals[0][t] && !in_.signals[2][t];
        const bool sell = in_.signals[2][t] && !in_.signals[0][t];
        int wanted = 0;
        if (!position_) {
            wanted = buy ? 1 : sell ? -1 : 0;
        } else {
            const bool is_long = position_->side > 0;
            const double held = static_cast<double>(t - position_->bar) + (ex_.fill == "close" ? 0.0 : 1.0);
            if (is_long ? in_.signals[1][t] : in_.signals[3][t])
                orders_.leave = "signal";
            else if (in_.max_hold > 0.0 && held >= in_.max_hold)
                orders_.leave = "hold";
            else if (strategy_.reverse && (is_long ? sell : buy)) {
                orders_.leave = "signal";
                wanted = -position_->side;
            }
        }
        const bool spaced = !last_entry_ || static_cast<double>(t - *last_entry_) >= in_.spacing;
        if (wanted == 0 || !spaced) return;
        orders_.enter = wanted;
        orders_.signal_bar = t;
        last_entry_ = t;
    }

    const Strategy& strategy_;
    const Bars& bars_;
    const Execution& ex_;
    const ReferenceInputs& in_;
    double cash_;
    std::optional<Position> position_;
    Orders orders_;
    std::optional<std::size_t> last_entry_;
    ReferenceResult out_;
};

} // namespace

ReferenceResult simulate_by_the_book(const Strategy& strategy, const Bars& bars, const Execution& execution,
                                     const ReferenceInputs& inputs) {
    return Book(strategy, bars, execution, inputs).run();
}

} // namespace threadx::test
