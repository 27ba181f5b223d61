// The engine's messages in the words of Python.
#pragma once

#include <string>

namespace threadx::python {

// The engine speaks of the program's options and commands, since most of its users have these at hand; who
// calls it from Python has arguments and functions: "--devices cuda:7" is "devices cuda:7" there, and
// "`threadx resume run`" is "threadx.resume('run')".
std::string in_words_of_python(const std::string& message);

} // namespace threadx::python
