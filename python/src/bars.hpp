// Bars as Python holds them.
#pragma once

#include <filesystem>
#include <string>

#include "sweep/prepared_sweep.hpp"

namespace threadx::python {

// Checked, and shared by all who use them: copies are of views.
struct HeldBars {
    LoadedBars data;
    std::filesystem::path file; // where they can be read again; of bars that came from memory only a name
    bool from_memory = false;
};

} // namespace threadx::python
