# Where the tests on real data find it: the cache variable THREADX_SHARED, else the environment variable of that name,
# else ../shared beside the checkout. Tests get it as the environment variable THREADX_SHARED; where there is none they
# skip those cases and print a line that says so.
set(shared_folder "${THREADX_SHARED}")
if(NOT shared_folder)
  set(shared_folder "$ENV{THREADX_SHARED}")
endif()
if(NOT shared_folder AND IS_DIRECTORY ${PROJECT_SOURCE_DIR}/../shared/data)
  get_filename_component(shared_folder ${PROJECT_SOURCE_DIR}/../shared ABSOLUTE)
endif()

# What tests keep stays out of the user's cache. PoCL compiles the same kernel text to the same code whatever this program was
# compiled with, and takes ten seconds a device for it: the build folders beside this one share what it made.
get_filename_component(pocl_cache ${PROJECT_BINARY_DIR}/../pocl_cache ABSOLUTE)
set(threadx_test_environment "XDG_CACHE_HOME=${PROJECT_BINARY_DIR}/test_cache" "POCL_CACHE_DIR=${pocl_cache}")
if(shared_folder)
  message(STATUS "THREADX_SHARED: real data for the tests in ${shared_folder}")
  list(APPEND threadx_test_environment "THREADX_SHARED=${shared_folder}")
  if(NOT IS_DIRECTORY ${shared_folder}/data)
    message(WARNING "THREADX_SHARED is ${shared_folder}, but there is no folder ${shared_folder}/data; "
                    "the tests on real data will be skipped")
  endif()
else()
  message(STATUS "THREADX_SHARED: not set and no ../shared: the tests on real data will be skipped")
endif()
# The leak sanitizer of clang 14 takes glibc's book of libraries' thread-local memory for what it is not, and reads anywhere.
if(THREADX_SANITIZE MATCHES address)
  list(APPEND threadx_test_environment "ASAN_OPTIONS=intercept_tls_get_addr=0")
endif()
