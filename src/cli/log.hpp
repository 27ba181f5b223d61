// Messages to the user: on stderr, and in a file where the settings name a folder for it.
#pragma once

#include <string>
#include <vector>

#include "sweep/settings.hpp"

namespace threadx {

void set_up_log(const Settings& settings);

// The metrics of the short table.
std::vector<std::string> default_table_metrics();

} // namespace threadx
