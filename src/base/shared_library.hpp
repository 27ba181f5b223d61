// A shared library opened at run time.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace threadx {

class SharedLibrary {
  public:
    // The first of `candidates` (file names or paths) that can be opened; a null pointer and the loader's own
    // words in `why` if none can.
    static std::unique_ptr<SharedLibrary> open(const std::vector<std::string>& candidates, std::string& why);
    ~SharedLibrary();
    SharedLibrary(const SharedLibrary&) = delete;
    SharedLibrary& operator=(const SharedLibrary&) = delete;

    const std::string& name() const { return name_; } // the candidate that was opened
    std::string path() const;                         // of its file, as the loader found it
    // Null if there is no such function.
    template <class Function>
    Function* find(const char* function) const {
        return reinterpret_cast<Function*>(address_of(function));
    }

  private:
    SharedLibrary(void* handle, std::string name) : handle_(handle), name_(std::move(name)) {}
    void* address_of(const char* symbol) const;
    void* handle_;
    std::string name_;
};

// A library that the program is linked with.
struct LinkedLibrary {
    std::string version;
    std::string path;
};

// The file of the library that a function is part of, for those that the program is linked with; empty where
// the loader does not know.
std::string library_file_of(const void* function);

} // namespace threadx
