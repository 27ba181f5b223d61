# The charts over time in reports are dygraphs' (MIT licence): its files are embedded from the distribution's package, and its
# licence with them. THREADX_DYGRAPHS names another folder that has them.
set(THREADX_DYGRAPHS "/usr/share/javascript/dygraphs" CACHE PATH "the folder that holds dygraph.min.js and dygraph.min.css")
set(THREADX_DYGRAPHS_LICENCE "/usr/share/doc/libjs-dygraphs/copyright" CACHE FILEPATH "the licence of dygraphs, which reports quote")
foreach(file ${THREADX_DYGRAPHS}/dygraph.min.js ${THREADX_DYGRAPHS}/dygraph.min.css ${THREADX_DYGRAPHS_LICENCE})
  if(NOT EXISTS ${file})
    message(FATAL_ERROR "dygraphs was not found: there is no ${file}; run: sh tools/setup.sh (it installs libjs-dygraphs), "
                        "or give -DTHREADX_DYGRAPHS=FOLDER and -DTHREADX_DYGRAPHS_LICENCE=FILE")
  endif()
endforeach()
