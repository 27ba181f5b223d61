// Runs this program once more, as a process of its own, and measures it.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/instruction_counter.hpp"

namespace threadx {

struct ChildResult {
    bool interrupted = false;     // the rest means nothing then
    double seconds = 0.0;         // from exec to its end
    double cpu_seconds = 0.0;     // of all its threads, the system's work for it included
    std::uint64_t peak_bytes = 0; // most memory it had
    InstructionCount counted;
    std::string output; // what it printed
};

// Runs `threadx ARGUMENTS...` to its end; its messages go to the file `messages`. Once `stop` is set it is
// told to end. Error, with what the child said, if it fails.
//
// The most memory that the system reports of a child is at least what its parent has at the fork: call this
// before doing anything big.
ChildResult run_threadx(const std::vector<std::string>& arguments, const std::filesystem::path& messages,
                        const std::atomic<bool>* stop);

} // namespace threadx
