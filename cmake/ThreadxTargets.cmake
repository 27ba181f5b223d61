# How every target of the project is made: one function per kind of target.

add_library(threadx_options INTERFACE)
target_compile_features(threadx_options INTERFACE cxx_std_20)
target_include_directories(threadx_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
# Contraction off everywhere: a fused multiply-add gives other bits than the two operations it replaces.
target_compile_options(threadx_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion
  # Files compiled together shadow each other's names; where each is compiled alone (make lint) this counts.
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wshadow>
  $<$<BOOL:${THREADX_WERROR}>:-Werror> -ffp-contract=off -fno-math-errno)
# g++ 12 warns of overlapping copies inside its own std::string, wrongly (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(threadx_options INTERFACE -Wno-restrict)
endif()
if(THREADX_SANITIZE)
  list(JOIN THREADX_SANITIZE "," sanitizers)
  target_compile_options(threadx_options INTERFACE -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(threadx_options INTERFACE -fsanitize=${sanitizers})
endif()

# threadx_module(market SOURCES a.cpp b.cpp LINKS threadx_base) makes the static library threadx_market.
function(threadx_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(threadx_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(threadx_${name} PUBLIC threadx_options ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

# threadx_quick_to_compile(target): code that waits for other code; under the sanitizers optimizing it takes longer than it gains.
function(threadx_quick_to_compile target)
  if(THREADX_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()

# Which sanitizers a test is run under. UNDER address: it has one thread, and a race needs two. UNDER thread: under the other
# it would take the paths of other tests again. UNDER none: no sanitized program has a part in it.
function(threadx_is_left_out variable under)
  set(${variable} FALSE PARENT_SCOPE)
  if(THREADX_SANITIZE AND under AND NOT under IN_LIST THREADX_SANITIZE)
    set(${variable} TRUE PARENT_SCOPE)
  endif()
endfunction()

# threadx_test(market SOURCES a_test.cpp LINKS threadx_market [UNDER sanitizer] [LONG]) makes and registers the test program
# test_market. LONG: it takes tens of seconds, and begins before the others, or the machine would idle while the last one runs.
function(threadx_test name)
  cmake_parse_arguments(ARG "LONG" "TIMEOUT;UNDER" "SOURCES;LINKS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(test_${name} ${ARG_SOURCES})
  target_link_libraries(test_${name} PRIVATE threadx_options ${ARG_LINKS} threadx_test_main)
  target_precompile_headers(test_${name} REUSE_FROM threadx_test_main)
  threadx_is_left_out(left_out "${ARG_UNDER}")
  if(left_out)
    set_target_properties(test_${name} PROPERTIES EXCLUDE_FROM_ALL TRUE)
    return()
  endif()
  add_test(NAME ${name} COMMAND test_${name})
  set(cases "")
  if(THREADX_SANITIZE)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 4") # sanitized programs are that much slower
    set(cases " max_success=50")                # and what they look for is on the way, not in the results
  endif()
  # Properties are tried on the same random cases each time, so that a failure is the change's own; run a test program by
  # hand for new ones, or with RC_PARAMS="max_success=10000" for many.
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "RC_PARAMS=seed=42${cases};${threadx_test_environment}")
  if(ARG_LONG)
    set_tests_properties(${name} PROPERTIES COST 100)
  endif()
endfunction()

# threadx_script_test(architecture check.py [UNDER sanitizer] [LONG] --root X) registers a Python script (standard library alone) as a
# test.
function(threadx_script_test name script)
  cmake_parse_arguments(ARG "LONG" "UNDER" "" ${ARGN})
  threadx_is_left_out(left_out "${ARG_UNDER}")
  if(left_out)
    return()
  endif()
  add_test(NAME ${name} COMMAND Python3::Interpreter -B ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${ARG_UNPARSED_ARGUMENTS})
  set(timeout 600)
  if(THREADX_SANITIZE)
    set(timeout 1800)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} ENVIRONMENT "${threadx_test_environment}"
   )
  if(ARG_LONG)
    set_tests_properties(${name} PROPERTIES COST 100)
  endif()
endfunction()
