// What a bank and a manager work with, together: settings, what was measured, devices, columns.
#pragma once

#include "api/column_bank.hpp"

namespace threadx {

class Machine {
  public:
    explicit Machine(const MachineOptions& options); // InputError if the settings are wrong
    // For the program, which has its settings already.
    Machine(Settings machine_settings, std::string devices, const std::string& profiles, LogLine log_line);

  private:
    LogLine log_;
    Settings settings_;
    MeasuredRates rates_;
    DevicePool devices_;
    ColumnBank columns_;

  public:
    const LogLine& log() const { return log_; }
    const Settings& settings() const { return settings_; }
    MeasuredRates& rates() { return rates_; }
    DevicePool& devices() { return devices_; }
    ColumnBank& columns() { return columns_; }
};

// Where what is measured is kept: `asked` as MachineOptions::profiles has it. Empty: nowhere.
std::filesystem::path profile_folder(const std::string& asked, const Settings& settings);

} // namespace threadx
