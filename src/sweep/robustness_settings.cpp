#include "sweep/robustness_settings.hpp"

namespace threadx {

const std::vector<Field<RobustnessSettings>>& robustness_fields() {
    static const std::vector<Field<RobustnessSettings>> fields = {
        {"confidence_levels",
         &RobustnessSettings::confidence_levels,
         "of the bounds that are shown",
         {.minimum = 0.5, .maximum = 0.9999}},
        {"ruin",
         &RobustnessSettings::ruin,
         "drawdown that counts as ruin",
         {.minimum = 0.0, .maximum = 1.0, .above_minimum = true}},
        {"block_bars",
         &RobustnessSettings::block_bars,
         "mean length of a block of returns that stay together; 0 = chosen by the program",
         {.minimum = 0.0, .maximum = 1e9}},
        {"price_noise",
         &RobustnessSettings::price_noise,
         "of each price, as a part of the deviation of the bars' returns",
         {.minimum = 0.0, .maximum = 10.0}},
        {"neighbourhood",
         &RobustnessSettings::neighbourhood,
         "how far neighbours are, as a part of each parameter",
         {.minimum = 0.0, .maximum = 1.0}},
        {"entry_delays",
         &RobustnessSettings::entry_delays,
         "bars that entries come later, at most",
         {.minimum = 0, .maximum = 100}},
        {"cost_multiples",
         &RobustnessSettings::cost_multiples,
         "of the fee, and of the slippage (of 0.0005 where there is none)",
         {.minimum = 0.0, .maximum = 1000.0}},
        {"most_bars",
         &RobustnessSettings::most_bars,
         "that the simulations of a test may compute for all scenarios together, else there are fewer of "
         "them; "
         "0 = no limit",
         {.minimum = 0.0, .maximum = 1e18}}};
    return fields;
}

} // namespace threadx
