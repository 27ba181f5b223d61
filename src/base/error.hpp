// The exceptions of the project. They are thrown where the cause is known and caught once, in the program.
// Installed for users of the library (include/threadx/error.hpp): the standard library alone.
#pragma once

#include <stdexcept>
#include <string>

namespace threadx {

// Base of all errors that a user can meet. The text is one clear message: what, where, and what to do.
class Error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// What the user gave is wrong: a file's contents, a setting, an argument. The program exits with 2.
class InputError : public Error {
  public:
    using Error::Error;
};

// The machine failed: a disk is full, a file cannot be read or written. The program exits with 1.
class IoError : public Error {
  public:
    using Error::Error;
};

// A device or its driver failed, beyond what the user can have caused. The text names the device, the call
// that failed and the driver's own name of the error. A run goes on with other devices and writes the text
// down.
class DeviceError : public Error {
  public:
    using Error::Error;
};

} // namespace threadx
