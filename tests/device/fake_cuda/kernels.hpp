// The kernel text as C++, one function per kernel, so that the fake driver can run it.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace fake_cuda {

struct Parameter {
    std::size_t size;
    bool is_pointer;
    bool is_written; // a pointer to what is not const
};

struct Kernel {
    std::string name;
    std::vector<Parameter> parameters;
    void (*run)(const std::vector<const void*>& arguments); // one work item
};

struct Program {
    std::string_view text;
    std::string_view sha256; // of the text, as it stands in the PTX that is built into ThreadX
    std::vector<Kernel> kernels;
};

Program program_float64();
Program program_float32();
Program program_float32_alone(); // without columns

template <auto function>
struct Caller;

template <class... Arguments, void (*function)(Arguments...)>
struct Caller<function> {
    static std::vector<Parameter> parameters() {
        return {{sizeof(Arguments), std::is_pointer_v<Arguments>,
                 std::is_pointer_v<Arguments> && !std::is_const_v<std::remove_pointer_t<Arguments>>}...};
    }
    static void run(const std::vector<const void*>& values) {
        run_with(values, std::index_sequence_for<Arguments...>());
    }

  private:
    template <std::size_t... index>
    static void run_with(const std::vector<const void*>& values, std::index_sequence<index...>) {
        std::tuple<Arguments...> arguments;
        (std::memcpy(&std::get<index>(arguments), values[index], sizeof(Arguments)), ...);
        function(std::get<index>(arguments)...);
    }
};

template <auto function>
Kernel make_kernel(const char* name) {
    return {name, Caller<function>::parameters(), Caller<function>::run};
}

} // namespace fake_cuda
