// A CUDA driver without a GPU: the functions of libcuda that ThreadX calls, with the kernel text run on the
// processor. It takes nothing amiss silently: what a real driver would be undefined about ends the program.
//
// Declared as the vendor documents them, not through ThreadX's own table, whose mistakes it would share.
#include <cstring>

#include "device/fake_cuda/driver.hpp"

using namespace fake_cuda;

namespace {

thread_local Device* current = nullptr;

using Lock = std::scoped_lock<std::recursive_mutex>;

// The device of the thread's context; what is wrong with it in `result`.
Device* entered(int& result) {
    result = !driver().initialised() ? int{not_initialized}
             : current == nullptr    ? int{invalid_context}
                                     : current->lost_with;
    if (current != nullptr && current->retained == 0) misuse("a call in a context that was released");
    return result == success ? current : nullptr;
}

Device* device_of(int number) {
    auto& devices = driver().devices();
    return number >= 0 && static_cast<std::size_t>(number) < devices.size()
               ? devices[static_cast<std::size_t>(number)].get()
               : nullptr;
}

Stream& stream_of(Device& device, void* handle) {
    const auto found = device.streams.find(handle);
    if (found == device.streams.end()) misuse("a stream that is not one of the context's");
    return *found->second;
}

Event& event_of(Device& device, void* handle) {
    const auto found = device.events.find(handle);
    if (found == device.events.end()) misuse("an event that is not one of the context's");
    return *found->second;
}

template <class Thing>
void* keep(std::map<void*, std::unique_ptr<Thing>>& things, std::unique_ptr<Thing> thing) {
    void* const handle = thing.get();
    things[handle] = std::move(thing);
    return handle;
}

// Whether the script lets an allocation through.
bool allowed(Device& device) { return ++device.allocations != device.script.failing_allocation; }

} // namespace

#define THREADX_ENTER()                                                                                      \
    const Lock lock(driver().mutex);                                                                         \
    int entered_result = 0;                                                                                  \
    Device* const device = entered(entered_result);                                                          \
    if (device == nullptr) return entered_result

extern "C" {

int cuInit(unsigned) {
    const Lock lock(driver().mutex);
    return driver().initialise();
}

int cuDriverGetVersion(int* version) {
    *version = driver().script().driver;
    return success;
}

// NVRTC looks for private functions of a driver that is loaded, and takes it badly if it cannot even ask.
int cuGetExportTable(const void**, const void*) { return not_found; }

int cuGetErrorName(int error, const char** text) {
    static const std::map<int, const char*> names = {{1, "CUDA_ERROR_INVALID_VALUE"},
                                                     {2, "CUDA_ERROR_OUT_OF_MEMORY"},
                                                     {3, "CUDA_ERROR_NOT_INITIALIZED"},
                                                     {46, "CUDA_ERROR_DEVICE_UNAVAILABLE"},
                                                     {100, "CUDA_ERROR_NO_DEVICE"},
                                                     {101, "CUDA_ERROR_INVALID_DEVICE"},
                                                     {200, "CUDA_ERROR_INVALID_IMAGE"},
                                                     {201, "CUDA_ERROR_INVALID_CONTEXT"},
                                                     {209, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
                                                     {214, "CUDA_ERROR_ECC_UNCORRECTABLE"},
                                                     {218, "CUDA_ERROR_INVALID_PTX"},
                                                     {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"},
                                                     {500, "CUDA_ERROR_NOT_FOUND"},
                                                     {600, "CUDA_ERROR_NOT_READY"},
                                                     {700, "CUDA_ERROR_ILLEGAL_ADDRESS"},
                                                     {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"},
                                                     {702, "CUDA_ERROR_LAUNCH_TIMEOUT"},
                                                     {719, "CUDA_ERROR_LAUNCH_FAILED"},
                                                     {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"},
                                                     {999, "CUDA_ERROR_UNKNOWN"}};
    const auto found = names.find(error);
    *text = found == names.end() ? nullptr : found->second;
    return *text == nullptr ? invalid_value : success;
}

int cuGetErrorString(int error, const char** text) {
    const char* name = nullptr;
    *text = cuGetErrorName(error, &name) == success ? "as the fake driver's script wants it" : nullptr;
    return *text == nullptr ? invalid_value : success;
}

int cuDeviceGetCount(int* count) {
    const Lock lock(driver().mutex);
    if (!driver().initialised()) return not_initialized;
    *count = static_cast<int>(driver().devices().size());
    return success;
}

int cuDeviceGet(int* number, int ordinal) {
    const Lock lock(driver().mutex);
    *number = ordinal;
    return device_of(ordinal) == nullptr ? invalid_device : success;
}

int cuDeviceGetName(char* name, int length, int number) {
    const Device* const device = device_of(number);
    if (device == nullptr) return invalid_device;
    std::strncpy(name, device->script.name.c_str(), static_cast<std::size_t>(length));
    return success;
}

int cuDeviceGetUuid(unsigned char* uuid, int number) {
    for (int i = 0; i < 16; ++i) uuid[i] = static_cast<unsigned char>(16 * number + i);
    return device_of(number) == nullptr ? invalid_device : success;
}

int cuDeviceTotalMem_v2(std::size_t* bytes, int number) {
    const Device* const device = device_of(number);
    if (device == nullptr) return invalid_device;
    *bytes = device->script.memory;
    return success;
}

int cuDeviceGetAttribute(int* value, int attribute, int number) {
    const Device* const device = device_of(number);
    if (device == nullptr) return invalid_device;
    const DeviceScript& script = device->script;
    const std::map<int, int> values = {
        {5, 2147483647},   {16, script.multiprocessors}, {20, script.compute_mode},
        {39, 1024},        {75, script.capability / 10}, {76, script.capability % 10},
        {87, script.ratio}};
    const auto found = values.find(attribute);
    if (found == values.end()) misuse("attribute " + std::to_string(attribute) + " of a device");
    *value = found->second;
    return success;
}

int cuDevicePrimaryCtxSetFlags_v2(int number, unsigned) {
    return device_of(number) == nullptr ? invalid_device : success;
}

int cuDevicePrimaryCtxRetain(void** context, int number) {
    const Lock lock(driver().mutex);
    Device* const device = device_of(number);
    if (device == nullptr) return invalid_device;
    if (device->script.retain != success) return device->script.retain;
    ++device->retained;
    *context = device;
    return success;
}

int cuDevicePrimaryCtxRelease_v2(int number) {
    const Lock lock(driver().mutex);
    Device* const device = device_of(number);
    if (device == nullptr || device->retained == 0) misuse("a context was released that nobody holds");
    if (--device->retained > 0) return success;
    if (device->lost_with == success &&
        (!device->memory.empty() || !device->host_memory.empty() || !device->streams.empty() ||
         !device->events.empty() || !device->modules.empty()))
        misuse("a context was released, and something of it was never freed");
    device->memory.clear();
    device->host_memory.clear();
    device->streams.clear();
    device->events.clear();
    device->modules.clear();
    return success;
}

int cuCtxSetCurrent(void* context) {
    current = static_cast<Device*>(context);
    return success;
}

int cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
    THREADX_ENTER();
    *total = device->script.memory;
    *free = *total - device->used();
    return success;
}

int cuMemAlloc_v2(unsigned long long* address, std::size_t bytes) {
    THREADX_ENTER();
    if (bytes == 0) return invalid_value;
    if (!allowed(*device) || bytes > device->script.memory - device->used()) return out_of_memory;
    auto memory = std::make_unique<Memory>(bytes);
    void* const data = memory->data();
    device->memory[data] = std::move(memory);
    *address = reinterpret_cast<std::uintptr_t>(data);
    return success;
}

int cuMemFree_v2(unsigned long long address) {
    THREADX_ENTER();
    if (const int result = device->run_all(); result != success) return result; // as the real one waits
    const auto found = device->memory.find(reinterpret_cast<const void*>(address));
    if (found == device->memory.end()) misuse("memory was freed that is not the context's, or twice");
    found->second->check_guards();
    device->memory.erase(found);
    return success;
}

int cuMemHostAlloc(void** data, std::size_t bytes, unsigned) {
    THREADX_ENTER();
    if (bytes == 0) return invalid_value;
    if (!allowed(*device)) return out_of_memory;
    auto memory = std::make_unique<Memory>(bytes);
    *data = memory->data();
    device->host_memory[*data] = std::move(memory);
    return success;
}

int cuMemFreeHost(void* data) {
    THREADX_ENTER();
    const auto found = device->host_memory.find(data);
    if (found == device->host_memory.end()) misuse("memory of the host was freed that is not the context's");
    for (const auto& [handle, stream] : device->streams)
        for (const Operation& operation : stream->waiting)
            if (found->second->holds(operation.host_memory.data(), 0))
                misuse("memory of the host was freed that a stream still copies from or to");
    found->second->check_guards();
    device->host_memory.erase(found);
    return success;
}

int cuMemcpyHtoDAsync_v2(unsigned long long to, const void* from, std::size_t bytes, void* handle) {
    THREADX_ENTER();
    Stream& stream = stream_of(*device, handle);
    void* const target = reinterpret_cast<void*>(to);
    if (device->memory_with(target, bytes) == nullptr) misuse("a copy to the device outside its buffers");
    const auto* const source = static_cast<const std::byte*>(from);
    stream.waiting.push_back(
        {[device, target, source, bytes, then = std::vector<std::byte>(source, source + bytes)] {
             if (std::memcmp(source, then.data(), bytes) != 0)
                 misuse("memory of the host was changed before the copy to the device was waited for");
             if (device->memory_with(target, bytes) == nullptr) misuse("a copy into memory that was freed");
             std::memcpy(target, source, bytes);
             return int{success};
         },
         {source, bytes}});
    return success;
}

int cuMemcpyDtoHAsync_v2(void* to, unsigned long long from, std::size_t bytes, void* handle) {
    THREADX_ENTER();
    Stream& stream = stream_of(*device, handle);
    const void* const source = reinterpret_cast<const void*>(from);
    if (device->memory_with(source, bytes) == nullptr) misuse("a copy from the device outside its buffers");
    poison({static_cast<std::byte*>(to), bytes});
    stream.waiting.push_back({[device, to, source, bytes] {
                                  if (device->memory_with(source, bytes) == nullptr)
                                      misuse("a copy from memory that was freed");
                                  std::memcpy(to, source, bytes);
                                  return int{success};
                              },
                              {static_cast<const std::byte*>(to), bytes}});
    return success;
}

int cuStreamCreate(void** handle, unsigned) {
    THREADX_ENTER();
    auto stream = std::make_unique<Stream>();
    stream->device = device;
    *handle = keep(device->streams, std::move(stream));
    return success;
}

int cuStreamDestroy_v2(void* handle) {
    THREADX_ENTER();
    if (!stream_of(*device, handle).waiting.empty()) misuse("a stream was destroyed that was not waited for");
    device->streams.erase(handle);
    return success;
}

int cuStreamQuery(void* handle) {
    THREADX_ENTER();
    Stream& stream = stream_of(*device, handle);
    if (stream.waiting.empty()) return success;
    const int result = device->run_one(stream);
    return result != success ? result : not_ready;
}

int cuStreamSynchronize(void* handle) {
    THREADX_ENTER();
    return device->run(stream_of(*device, handle));
}

int cuEventCreate(void** handle, unsigned) {
    THREADX_ENTER();
    *handle = keep(device->events, std::make_unique<Event>());
    return success;
}

int cuEventDestroy_v2(void* handle) {
    THREADX_ENTER();
    event_of(*device, handle);
    device->events.erase(handle);
    return success;
}

int cuEventRecord(void* handle, void* stream) {
    THREADX_ENTER();
    Event& event = event_of(*device, handle);
    event.reached = false;
    stream_of(*device, stream)
        .waiting.push_back({[&event] {
                                event.reached = true;
                                event.time = std::chrono::steady_clock::now();
                                return int{success};
                            },
                            {}});
    return success;
}

int cuEventElapsedTime(float* milliseconds, void* from, void* to) {
    THREADX_ENTER();
    const Event& first = event_of(*device, from);
    const Event& second = event_of(*device, to);
    if (!first.reached || !second.reached) return not_ready;
    *milliseconds = std::chrono::duration<float, std::milli>(second.time - first.time).count();
    return success;
}

int cuModuleLoadDataEx(void** handle, const void* image, unsigned count, int* options, void** values) {
    THREADX_ENTER();
    auto loaded = std::make_unique<Module>();
    loaded->device = device;
    std::string words;
    const int result = program_of(static_cast<const char*>(image), *device, loaded->program, words);
    for (unsigned i = 0; i + 1 < count; ++i)
        if (options[i] == 5 && options[i + 1] == 6) // buffer for errors, and its size
            std::strncpy(static_cast<char*>(values[i]), words.c_str(),
                         reinterpret_cast<std::uintptr_t>(values[i + 1]));
    if (result == success) *handle = keep(device->modules, std::move(loaded));
    return result;
}

int cuModuleUnload(void* handle) {
    THREADX_ENTER();
    if (device->modules.erase(handle) == 0) misuse("a module was unloaded that is not the context's");
    return success;
}

int cuModuleGetFunction(void** function, void* handle, const char* name) {
    THREADX_ENTER();
    const auto found = device->modules.find(handle);
    if (found == device->modules.end()) misuse("a module that is not one of the context's");
    Module& module = *found->second;
    for (const Kernel& kernel : module.program.kernels)
        if (kernel.name == name) {
            Function& entry = module.functions[name];
            entry = {device, &kernel};
            *function = &entry;
            return success;
        }
    return not_found;
}

int cuFuncGetAttribute(int* value, int attribute, void*) {
    THREADX_ENTER();
    constexpr int most_threads = 0;
    constexpr int local_bytes = 3;
    constexpr int registers = 4;
    if (attribute == most_threads)
        *value = device->script.group;
    else if (attribute == local_bytes)
        *value = 8;
    else if (attribute == registers)
        *value = 40;
    else
        misuse("attribute " + std::to_string(attribute) + " of a function");
    return success;
}

int cuLaunchKernel(void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                   unsigned block_y, unsigned block_z, unsigned shared, void* handle, void** parameters,
                   void** extra) {
    THREADX_ENTER();
    const Function& entry = *static_cast<const Function*>(function);
    if (entry.device != device) misuse("a kernel of another context was launched");
    if (grid_y != 1 || grid_z != 1 || block_y != 1 || block_z != 1 || shared != 0 || extra != nullptr)
        misuse("a launch that is not of one dimension");
    if (grid_x == 0 || block_x == 0 || block_x > static_cast<unsigned>(device->script.group))
        return invalid_value;
    stream_of(*device, handle)
        .waiting.push_back(make_launch(*device, *entry.kernel, grid_x, block_x, parameters));
    return success;
}

} // extern "C"
