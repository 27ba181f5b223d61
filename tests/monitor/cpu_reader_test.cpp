// The processor's load and memory as Linux tells them, and in control groups of either version with limits.
#include <doctest/doctest.h>

#include <fstream>

#include "base/temporary_folder.hpp"
#include "monitor/cpu_reader.hpp"

using namespace threadx;
namespace fs = std::filesystem;

namespace {

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

// A made-up /proc and /sys of 4 processors and 16 GiB.
class Machine {
  public:
    Machine() {
        write("proc/meminfo", "MemTotal: 16777216 kB\nMemFree: 100 kB\nMemAvailable: 12582912 kB\n");
        ticks(1000, 9000);
    }
    void write(const std::string& file, const std::string& text) const {
        fs::create_directories((folder_.path() / file).parent_path());
        std::ofstream(folder_.path() / file) << text;
    }
    // Hundredths of a second, of all processors together: half of the busy ones the system's.
    void ticks(int busy, int idle) const {
        write("proc/stat", "cpu  " + std::to_string(busy / 2) + " 0 " + std::to_string(busy - busy / 2) +
                               " " + std::to_string(idle) + " 0 0 0 0 77 77\ncpu0 1 2 3 4 5 6 7 8 9 10\n");
    }
    SystemFiles files() const { return {folder_.path() / "proc", folder_.path() / "sys"}; }

  private:
    TemporaryFolder folder_;
};

} // namespace

TEST_CASE("without limits the load and the memory are the machine's") {
    const Machine machine;
    CpuReader reader(machine.files());
    CHECK(!reader.read(10.0).load_percent); // since when?
    machine.ticks(1300, 9100);
    const CpuReading reading = reader.read(11.0);
    CHECK(reading.load_percent == 75.0); // 3 of 4 processors
    CHECK(reading.memory_total_bytes == 16 * gibibyte);
    CHECK(reading.memory_used_bytes == 4 * gibibyte);
    CHECK(reading.memory_percent() == 25.0);
    CHECK(!reading.temperature_celsius);
}

TEST_CASE("a reading just after another has its load, not that of a tick or none") {
    const Machine machine;
    CpuReader reader(machine.files());
    reader.read(10.0);
    machine.ticks(1300, 9100);
    CHECK(reader.read(11.0).load_percent == 75.0);
    machine.ticks(1300, 9101);
    CHECK(reader.read(11.01).load_percent == 75.0);
    machine.ticks(1300, 9200);
    CHECK(reader.read(11.25).load_percent == 0.0);
}

TEST_CASE("in a container of version 2 the load is of the processors that it may use, the memory its own") {
    const Machine machine;
    machine.write("proc/self/cgroup", "0::/a/b\n");
    machine.write("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
    machine.write("sys/fs/cgroup/a/cpu.max", "150000 100000\n");
    machine.write("sys/fs/cgroup/a/cpu.stat", "usage_usec 1000000\nuser_usec 5\n");
    machine.write("sys/fs/cgroup/a/memory.max", "max\n");
    machine.write("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
    machine.write("sys/fs/cgroup/a/b/memory.max", "2147483648\n");
    machine.write("sys/fs/cgroup/a/b/memory.current", "1610612736\n");
    machine.write("sys/fs/cgroup/a/b/memory.stat", "anon 5\ninactive_file 536870912\n");
    CpuReader reader(machine.files());
    reader.read(10.0);
    machine.write("sys/fs/cgroup/a/cpu.stat", "usage_usec 2500000\nuser_usec 5\n");
    const CpuReading reading = reader.read(12.0);
    CHECK(reading.load_percent == 50.0); // 1.5 s of 2 s on 1.5 processors
    CHECK(reading.memory_total_bytes == 2 * gibibyte);
    CHECK(reading.memory_used_bytes == 1 * gibibyte);
}

TEST_CASE("in a container of version 1 too, whose path is that of the world outside") {
    const Machine machine;
    machine.write("proc/self/cgroup", "9:memory:/docker/x\n8:cpu,cpuacct:/docker/x\n0::/\n");
    machine.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
    machine.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    machine.write("sys/fs/cgroup/cpuacct/cpuacct.usage", "1000000000\n");
    machine.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
    machine.write("sys/fs/cgroup/memory/memory.usage_in_bytes", "805306368\n");
    machine.write("sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 268435456\n");
    CpuReader reader(machine.files());
    reader.read(0.0);
    machine.write("sys/fs/cgroup/cpuacct/cpuacct.usage", "1250000000\n");
    const CpuReading reading = reader.read(1.0);
    CHECK(reading.load_percent == 50.0);
    CHECK(reading.memory_percent() == 50.0);
}

TEST_CASE("limits above what the machine has are none") {
    const Machine machine;
    machine.write("proc/self/cgroup", "9:memory:/\n8:cpu,cpuacct:/\n");
    machine.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    machine.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    machine.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    machine.write("sys/fs/cgroup/memory/memory.usage_in_bytes", "805306368\n");
    CpuReader reader(machine.files());
    reader.read(0.0);
    machine.ticks(1100, 9100);
    const CpuReading reading = reader.read(0.5);
    CHECK(reading.load_percent == 50.0);
    CHECK(reading.memory_total_bytes == 16 * gibibyte);
}

TEST_CASE("the processor's temperature is that of its own sensor") {
    const Machine machine;
    machine.write("sys/class/hwmon/hwmon0/name", "nvme\n");
    machine.write("sys/class/hwmon/hwmon0/temp1_input", "38000\n");
    machine.write("sys/class/hwmon/hwmon1/name", "k10temp\n");
    machine.write("sys/class/hwmon/hwmon1/temp1_input", "63500\n");
    CHECK(CpuReader(machine.files()).read(0.0).temperature_celsius == 63.5);
}

TEST_CASE("where the system tells nothing, all is absent") {
    const TemporaryFolder empty;
    CpuReader reader({empty.path(), empty.path()});
    reader.read(0.0);
    const CpuReading reading = reader.read(1.0);
    CHECK(!reading.load_percent);
    CHECK(!reading.memory_total_bytes);
    CHECK(!reading.memory_used_bytes);
    CHECK(!reading.temperature_celsius);
}
