# NVIDIA's run-time compiler, by which PTX is built in for machines that lack it. Not needed to build.
# THREADX_NVRTC: its library (found if empty), or OFF for none.
set(THREADX_NVRTC "" CACHE STRING "library of NVRTC that makes the built-in PTX; empty: found; OFF: none is built in")
if(NOT THREADX_NVRTC AND NOT THREADX_NVRTC STREQUAL "OFF")
  find_library(threadx_nvrtc_found NAMES nvrtc libnvrtc.so.13 libnvrtc.so.12
    HINTS ENV CUDA_HOME ENV CUDA_PATH PATHS /usr/local/cuda /opt/cuda PATH_SUFFIXES lib64 lib targets/x86_64-linux/lib)
  mark_as_advanced(threadx_nvrtc_found)
  set(threadx_nvrtc "${threadx_nvrtc_found}")
else()
  set(threadx_nvrtc "${THREADX_NVRTC}")
endif()
if(threadx_nvrtc)
  message(STATUS "NVRTC: ${threadx_nvrtc}: PTX for NVIDIA GPUs is built in")
else()
  message(STATUS "NVRTC: none: no PTX is built in, NVIDIA GPUs will need NVRTC at run time")
endif()
