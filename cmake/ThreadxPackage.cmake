# What `cmake --install` gives to C++ users: the headers, one static library with all modules of it, and a package for
# find_package(threadx).
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(objects "")
foreach(module IN ITEMS base indicators market monitor space rules kernel_text nvrtc device analysis store placement sweep api)
  list(APPEND objects $<TARGET_OBJECTS:threadx_${module}>)
endforeach()
add_library(threadx_library STATIC ${objects})
set_target_properties(threadx_library PROPERTIES OUTPUT_NAME threadx EXPORT_NAME threadx LINKER_LANGUAGE CXX)
target_compile_features(threadx_library INTERFACE cxx_std_20)
target_include_directories(threadx_library INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
# Those who link the library link what it is made with; they need none of the headers.
target_link_libraries(threadx_library INTERFACE
  $<LINK_ONLY:fmt::fmt> $<LINK_ONLY:spdlog::spdlog> $<LINK_ONLY:OpenSSL::Crypto> $<LINK_ONLY:SQLite::SQLite3>
  $<LINK_ONLY:Threads::Threads> ${CMAKE_DL_LIBS})
if(tomlplusplus_FOUND)
  target_link_libraries(threadx_library INTERFACE $<LINK_ONLY:tomlplusplus::tomlplusplus>)
endif()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/threadx)
install(TARGETS threadx_library EXPORT threadx ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/threadx DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/src/base/error.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/threadx/base)
install(EXPORT threadx NAMESPACE threadx:: FILE threadxTargets.cmake DESTINATION ${package_folder})
set(THREADX_COMPILED_TOML ${tomlplusplus_FOUND})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/threadxConfig.cmake.in ${PROJECT_BINARY_DIR}/threadxConfig.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/threadxConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/threadxConfig.cmake ${PROJECT_BINARY_DIR}/threadxConfigVersion.cmake
  DESTINATION ${package_folder})
