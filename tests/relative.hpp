#pragma once

#include <limits>

#include <doctest/doctest.h>

// Equal to the given fraction of the greater of both, to 1.2e-5 unless .epsilon() says otherwise. doctest's
// Approx adds one to that greater: of a value far below one it lets anything pass.
inline doctest::Approx relative(double value) {
    return doctest::Approx(value).scale(std::numeric_limits<double>::min());
}
