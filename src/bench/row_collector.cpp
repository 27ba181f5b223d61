#include "bench/row_collector.hpp"

#include <algorithm>

#include "store/row_hash.hpp"

namespace threadx {

void RowCollector::add(RowBlock block) {
    const double now = clock_.seconds();
    const std::lock_guard lock(mutex_);
    blocks_.push_back({std::move(block), now});
}

std::uint64_t RowCollector::rows() const {
    const std::lock_guard lock(mutex_);
    std::uint64_t rows = 0;
    for (const Arrived& arrived : blocks_) rows += arrived.block.rows();
    return rows;
}

std::string RowCollector::hash(const RowSchema& schema) const {
    const std::lock_guard lock(mutex_);
    std::vector<const RowBlock*> blocks;
    for (const Arrived& arrived : blocks_) blocks.push_back(&arrived.block);
    std::sort(blocks.begin(), blocks.end(),
              [](const RowBlock* a, const RowBlock* b) { return a->range.first < b->range.first; });
    RowHash hash(schema);
    const std::size_t width = schema.width();
    for (const RowBlock* block : blocks)
        for (std::size_t i = 0; i < block->rows(); ++i)
            hash.add(block->scenarios[i], block->statuses[i], {block->values.data() + i * width, width});
    return hash.hex_digest();
}

double RowCollector::seconds_until(IdRange range) const {
    const std::lock_guard lock(mutex_);
    double seconds = 0.0;
    for (const Arrived& arrived : blocks_)
        if (arrived.block.range.first < range.last && range.first < arrived.block.range.last)
            seconds = std::max(seconds, arrived.seconds);
    return seconds;
}

} // namespace threadx
