#include <cstdlib>
#include <filesystem>

#include <glob.h>

#include <fmt/format.h>

#include "device/cuda/nvrtc.hpp"

namespace threadx {
namespace {

// Paths that match a pattern of the shell, sorted; later versions, which sort later, first.
std::vector<std::string> matching(const std::string& pattern) {
    glob_t found{};
    std::vector<std::string> paths;
    if (glob(pattern.c_str(), 0, nullptr, &found) == 0)
        for (std::size_t i = found.gl_pathc; i > 0; --i) paths.emplace_back(found.gl_pathv[i - 1]);
    globfree(&found);
    return paths;
}

// The file names of NVRTC: of the driver's own CUDA version first, then older ones, then later ones, whose
// code the driver may not take.
std::vector<std::string> file_names(int driver_major) {
    std::vector<std::string> names;
    const auto add = [&names](int major) {
        names.push_back(major == 11 ? "libnvrtc.so.11.2" : fmt::format("libnvrtc.so.{}", major));
    };
    for (int major = driver_major; major >= 11; --major) add(major);
    names.emplace_back("libnvrtc.so");
    for (int major = driver_major + 1; major <= 14; ++major)
        if (major >= 11) add(major);
    return names;
}

// Folders that may hold NVRTC, as patterns.
std::vector<std::string> folder_patterns() {
    std::vector<std::string> patterns;
    const auto add = [&patterns](const char* variable, const std::string& below) {
        const char* const value = std::getenv(variable);
        if (value != nullptr && *value != '\0') patterns.push_back(value + below);
    };
    for (const char* const variable : {"CUDA_HOME", "CUDA_PATH"})
        for (const char* const below : {"/lib64", "/lib", "/targets/*/lib"}) add(variable, below);
    patterns.emplace_back("/usr/local/cuda*/lib64");
    patterns.emplace_back("/usr/local/cuda*/targets/*/lib");
    patterns.emplace_back("/opt/cuda*/lib64");
    add("CONDA_PREFIX", "/lib");
    for (const char* const package : {"cu*", "cuda_nvrtc"}) { // NVIDIA's Python packages
        const std::string below = fmt::format("/site-packages/nvidia/{}/lib", package);
        add("VIRTUAL_ENV", "/lib/python3*" + below);
        add("CONDA_PREFIX", "/lib/python3*" + below);
        add("HOME", "/.local/lib/python3*" + below);
        for (const char* const root : {"/usr/local/lib", "/usr/lib"})
            for (const char* const kind : {"site", "dist"})
                patterns.push_back(fmt::format("{}/python3*/{}-packages/nvidia/{}/lib", root, kind, package));
    }
    return patterns;
}

} // namespace

std::vector<std::string> nvrtc_candidates(const std::string& setting, int driver_major) {
    const std::vector<std::string> names = file_names(driver_major);
    std::vector<std::string> candidates;
    std::error_code ignored;
    if (!setting.empty() && !std::filesystem::is_directory(setting, ignored)) return {setting};
    std::vector<std::string> folders;
    if (!setting.empty()) {
        folders = {setting};
    } else {
        for (const std::string& pattern : folder_patterns())
            for (const std::string& folder : matching(pattern)) folders.push_back(folder);
    }
    // Name by name, so that the one that suits the driver is taken wherever it is.
    for (const std::string& name : names) {
        if (setting.empty()) candidates.push_back(name); // where the loader looks
        for (const std::string& folder : folders)
            if (const std::string path = fmt::format("{}/{}", folder, name);
                std::filesystem::exists(path, ignored))
                candidates.push_back(path);
    }
    if (candidates.empty())
        candidates.push_back(setting + "/libnvrtc.so"); // for the loader to say it is missing
    return candidates;
}

} // namespace threadx
