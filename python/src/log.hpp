// The log of the engine, as messages of Python's logger "threadx".
#pragma once

namespace threadx::python {

void set_up_log();

// Lines are collected, whatever thread they come from, and handed to Python here, by a thread that has the
// interpreter's lock.
void pass_log_on();

} // namespace threadx::python
