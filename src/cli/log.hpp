// Messages to the user: on stderr, and in a file where the settings name a folder for it.
#pragma once

#include "sweep/settings.hpp"

namespace threadx {

void set_up_log(const Settings& settings);

} // namespace threadx
