// Child processes of tests.
#pragma once

#include <cerrno>
#include <cstdio>
#include <exception>

#include <sys/wait.h>
#include <unistd.h>

namespace threadx::test {

// Runs `action` in a child process; what it returns is the exit status. 99: it threw.
pid_t start_child(const auto& action) {
    std::fflush(nullptr); // else the child prints it again
    const pid_t child = ::fork();
    if (child != 0) return child;
    int status = 99;
    try {
        status = action();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "child: %s\n", error.what());
    }
    std::fflush(nullptr);
    ::_exit(status); // without the parent's destructors
}

inline int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run_in_child(const auto& action) { return wait_for(start_child(action)); }

} // namespace threadx::test
