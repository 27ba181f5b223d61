#include "threadx/slice_context.hpp"

#include "space/philox.hpp"

namespace threadx {

std::array<std::uint32_t, 4> SliceContext::random(std::size_t i, std::uint32_t draw) const {
    return philox(seed_, first() + i, draw, stream::item);
}

double SliceContext::uniform(std::size_t i, std::uint32_t draw) const {
    return threadx::uniform(seed_, first() + i, draw, stream::item);
}

} // namespace threadx
