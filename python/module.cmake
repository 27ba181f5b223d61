# threadx._core is compiled, and the files of its types are made.
find_package(Python 3.10 QUIET COMPONENTS Interpreter Development.Module OPTIONAL_COMPONENTS Development.SABIModule)
set(nanobind_missing TRUE)
if(Python_FOUND)
  execute_process(COMMAND ${Python_EXECUTABLE} -m nanobind --cmake_dir OUTPUT_VARIABLE nanobind_folder
    OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE nanobind_missing ERROR_QUIET)
endif()
if(nanobind_missing)
  if(SKBUILD)
    set(kind FATAL_ERROR)
  else()
    set(kind WARNING) # the rest can be built without the tests' environment
  endif()
  message(${kind} "the Python module needs Python 3.10 with its headers (python3-dev) and nanobind, and "
    "'${Python_EXECUTABLE}' has not both; `make python` brings them")
  return()
endif()
# CMake knows this component from 3.26 on; nanobind asks no more of it, here, than that it is there.
if(Python_VERSION VERSION_GREATER_EQUAL 3.12 AND UNIX AND NOT TARGET Python::SABIModule)
  add_library(Python::SABIModule INTERFACE IMPORTED)
endif()
list(APPEND CMAKE_PREFIX_PATH ${nanobind_folder})
find_package(nanobind CONFIG REQUIRED)

# One file for all Pythons from 3.12 on; one for each before.
nanobind_add_module(threadx_python STABLE_ABI NB_STATIC NOMINSIZE NB_SUPPRESS_WARNINGS
  src/bars.cpp src/columns.cpp src/devices.cpp src/log.cpp src/module.cpp src/monitor.cpp src/run.cpp src/run_rows.cpp src/settings.cpp src/strategies.cpp
  src/waiting.cpp src/wording.cpp)
target_link_libraries(threadx_python PRIVATE threadx_options threadx_jobs threadx_api threadx_monitor spdlog::spdlog)
target_compile_definitions(threadx_python PRIVATE THREADX_VERSION="${PROJECT_VERSION}")
# Of our own libraries only the module's entry is anybody else's business.
target_link_options(threadx_python PRIVATE -Wl,--exclude-libs,ALL)
set(package_in_build ${PROJECT_BINARY_DIR}/python/threadx)
set_target_properties(threadx_python PROPERTIES OUTPUT_NAME _core LIBRARY_OUTPUT_DIRECTORY ${package_in_build})
foreach(library IN ITEMS nanobind-static nanobind-static-abi3)
  if(TARGET ${library})
    set_target_properties(${library} PROPERTIES UNITY_BUILD OFF)
  endif()
endforeach()

# What editors and type checkers read: of the module, and of the indicators, which are not written down in Python.
set(type_files ${package_in_build}/_core.pyi ${package_in_build}/indicators.pyi)
add_custom_command(OUTPUT ${type_files}
  COMMAND ${CMAKE_COMMAND} -E env PYTHONDONTWRITEBYTECODE=1 # PYTHONPATH is pip's, where pip brought nanobind
          ${Python_EXECUTABLE} -m nanobind.stubgen -q -i ${package_in_build} -m _core -o ${package_in_build}/_core.pyi
  COMMAND ${CMAKE_COMMAND} -E env PYTHONDONTWRITEBYTECODE=1 ${Python_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/make_stub.py ${package_in_build}
  DEPENDS threadx_python make_stub.py threadx/_help.py VERBATIM)
add_custom_target(threadx_python_types ALL DEPENDS ${type_files})
