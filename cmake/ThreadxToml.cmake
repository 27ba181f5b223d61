# toml++ as the target tomlplusplus::tomlplusplus: the distribution's compiled library, or where there is none (Ubuntu
# 22.04) the headers that tools/setup.sh unpacked into build/third_party. THREADX_TOMLPLUSPLUS=bundled takes the latter.
set(THREADX_TOMLPLUSPLUS "" CACHE STRING "where toml++ comes from: bundled, or empty for any (or as the environment says)")
set(bundled_toml ${PROJECT_SOURCE_DIR}/build/third_party/tomlplusplus)

if(NOT "${THREADX_TOMLPLUSPLUS}$ENV{THREADX_TOMLPLUSPLUS}" MATCHES "bundled")
  find_package(tomlplusplus QUIET)
endif()
if(tomlplusplus_FOUND)
  message(STATUS "toml++: ${tomlplusplus_DIR}")
elseif(EXISTS ${bundled_toml}/include/toml++/toml.h)
  message(STATUS "toml++: ${bundled_toml}")
  # Imported, so that its headers are system headers and our warnings stay ours.
  add_library(tomlplusplus::tomlplusplus INTERFACE IMPORTED)
  target_include_directories(tomlplusplus::tomlplusplus INTERFACE ${bundled_toml}/include)
  target_compile_definitions(tomlplusplus::tomlplusplus INTERFACE TOML_HEADER_ONLY=1)
else()
  message(FATAL_ERROR "toml++ was found neither installed nor in ${bundled_toml}; run: sh tools/setup.sh")
endif()
