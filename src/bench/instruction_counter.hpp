// Counts the instructions of a process with the processor's own counter, where the system lets us read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

namespace threadx {

struct InstructionCount {
    std::optional<std::uint64_t> instructions;
    std::string reason; // why there is none
};

// Counts what a process and the threads it starts execute in user mode, from the process's next exec to its
// end.
class InstructionCounter {
  public:
    explicit InstructionCounter(pid_t process);
    ~InstructionCounter();
    InstructionCounter(const InstructionCounter&) = delete;
    InstructionCounter& operator=(const InstructionCounter&) = delete;

    // For after the process's end: the counts of its threads are added to its own when they end.
    InstructionCount read() const;

  private:
    int file_ = -1;
    int error_ = 0; // errno of opening it
};

} // namespace threadx
