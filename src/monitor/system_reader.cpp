#include "monitor/system_reader.hpp"

#include <chrono>

namespace threadx {
namespace {

const std::vector<GpuIdentity> none;
const std::string unknown;

double utc_seconds() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

} // namespace

SystemReader::SystemReader(const SystemFiles& files) : cpu_(files) {}

void SystemReader::include_gpus(const std::string& library) {
    if (nvml_ == nullptr && no_gpus_.empty()) nvml_ = Nvml::open(library, no_gpus_);
}

const std::vector<GpuIdentity>& SystemReader::gpus() const { return nvml_ ? nvml_->gpus() : none; }

const std::string& SystemReader::driver_version() const { return nvml_ ? nvml_->driver_version() : unknown; }

SystemSnapshot SystemReader::read() {
    const Stopwatch cost;
    SystemSnapshot snapshot;
    snapshot.time = utc_seconds();
    snapshot.elapsed = clock_.seconds();
    snapshot.cpu = cpu_.read(snapshot.elapsed);
    for (std::size_t gpu = 0; gpu < gpus().size(); ++gpu) snapshot.gpus.push_back(nvml_->read(gpu));
    snapshot.cost_seconds = cost.seconds();
    return snapshot;
}

} // namespace threadx
