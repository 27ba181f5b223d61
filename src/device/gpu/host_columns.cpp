#include "device/gpu/host_columns.hpp"

#include <algorithm>

#include "device/cpu/kernel_choice.hpp"

namespace threadx {

HostColumns::HostColumns(const Graph& graph, const Plan& plan, HostColumnTable& table)
    : plan_(plan), bars_(table.bars_columns.bars()),
      reader_(graph, plan, table.bars_columns, choose_kernels("auto"), table.kept) {}

void HostColumns::upload(const ScenarioBatch& batch, std::span<const std::uint32_t> scenarios,
                         const SliceColumns& columns, DeviceQueue& queue, DeviceBuffer& kept_numbers,
                         DeviceBuffer& kept_bits, DeviceBuffer& slice_numbers, DeviceBuffer& slice_bits) {
    reader_.end_slice();
    numbers_.clear();
    const std::size_t padded = padded_bars(bars_);
    for (std::size_t index = 0; index < plan_.columns.size(); ++index)
        for (const ColumnJob& job : columns.jobs(index)) {
            const ColumnView view =
                reader_.get(static_cast<int>(index), batch.point(scenarios[job.place], job.place));
            const bool kept = job.offset >= 0;
            const auto at = static_cast<std::size_t>(kept ? job.offset : -1 - job.offset);
            if (view.bits != nullptr) {
                queue.upload(kept ? kept_bits : slice_bits, at * sizeof(std::uint64_t),
                             std::as_bytes(std::span(view.bits, padded / bars_per_word)));
            } else {
                const std::size_t size = padded * static_cast<std::size_t>(plan_.columns[index].outputs);
                std::vector<float>& numbers = numbers_.emplace_back(size);
                std::transform(view.numbers, view.numbers + size, numbers.begin(),
                               [](double x) { return static_cast<float>(x); });
                queue.upload(kept ? kept_numbers : slice_numbers, at * sizeof(float),
                             std::as_bytes(std::span(numbers)));
            }
        }
}

} // namespace threadx
