// All of the public API.
#pragma once

#include "device_manager.hpp"
#include "error.hpp"
#include "indicator_bank.hpp"
#include "placement.hpp"
#include "slice_context.hpp"
