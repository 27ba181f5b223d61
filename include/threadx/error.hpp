// What the library throws: InputError (what the caller gave is wrong), IoError (a file), DeviceError (a
// device or its driver), all of them threadx::Error with one clear message.
#pragma once

#include "base/error.hpp"
