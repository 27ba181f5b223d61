// The profiles that a run reads, and what it adds to them.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "placement/profile_file.hpp"
#include "sweep/runner.hpp"
#include "sweep/settings.hpp"

namespace threadx {

class RunProfiles {
  public:
    // Reads what there is. What cannot be read or written is a warning and never more: profiles make a run
    // faster, not other.
    explicit RunProfiles(const Settings& settings);

    const Profiles& known() const { return profiles_; } // before the run
    const std::vector<std::string>& warnings() const { return warnings_; }

    // The options get the profiles, and bring what is measured here.
    void attach(RunOptions& options);
    void add(std::vector<Observation> observations); // to the file

  private:
    template <class Work>
    void write(Work work);

    ProfileFile file_;
    std::vector<std::string> warnings_; // before what warns when it is read
    Profiles profiles_;
    std::mutex mutex_; // of what follows, and of the file
    bool writable_ = true;
};

} // namespace threadx
