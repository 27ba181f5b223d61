// The swept parameters as axes of heatmaps.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "space/space.hpp"

namespace threadx {

// A parameter cut into cells: one for each value where these are few, else ranges of values with about as
// many scenarios each (equal steps of the dimension's own scale, so a log scale is cut as one).
struct HeatAxis {
    std::string name;
    std::size_t parameter = 0;  // of the rows
    std::vector<double> edges;  // the least value of each cell, ascending
    double last = 0.0;          // the largest value
    bool single_values = false; // each cell is one value

    std::size_t size() const { return edges.size(); }
    std::size_t cell(double value) const; // values outside belong to the nearest cell
};

// An axis for each dimension with two values or more. `parameters` are the names of the rows' parameters.
// Cells of all pairs of axes together are at most `most_pair_cells`; for that, axes get fewer cells, and at
// most the first 24 dimensions become axes.
std::vector<HeatAxis> heat_axes(const Space& space, const std::vector<std::string>& parameters,
                                std::size_t most_pair_cells);

// Cells of all pairs of two different axes, or of the only axis.
std::size_t pair_cells(const std::vector<HeatAxis>& axes);

} // namespace threadx
