// What PTX is made of, as far as bits depend on it.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace threadx::test {

struct PtxCensus {
    int instructions = 0;                 // of all kernels; labels and directives are none
    std::map<std::string, int> of_kernel; // the same, of each
    std::vector<std::string> inexact;     // lines whose result may have other bits than the host's
};

PtxCensus take_ptx_census(const std::string& ptx);

} // namespace threadx::test
