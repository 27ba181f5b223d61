# libevent, which serves the metrics of `threadx monitor --prometheus`. Its static libraries where they are: they are small,
# and the program starts no later for them.
find_path(THREADX_LIBEVENT_INCLUDE event2/http.h REQUIRED)
find_library(THREADX_LIBEVENT_EXTRA NAMES libevent_extra.a event_extra REQUIRED)
find_library(THREADX_LIBEVENT_CORE NAMES libevent_core.a event_core REQUIRED)
mark_as_advanced(THREADX_LIBEVENT_INCLUDE THREADX_LIBEVENT_EXTRA THREADX_LIBEVENT_CORE)
add_library(threadx_libevent INTERFACE)
target_include_directories(threadx_libevent SYSTEM INTERFACE ${THREADX_LIBEVENT_INCLUDE})
target_link_libraries(threadx_libevent INTERFACE ${THREADX_LIBEVENT_EXTRA} ${THREADX_LIBEVENT_CORE})
