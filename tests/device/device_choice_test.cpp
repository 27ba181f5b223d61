// Which devices are used, on made-up machines.
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "device/device_choice.hpp"

using namespace threadx;

namespace {

constexpr const char* first_uuid = "GPU-01234567-89ab-cdef-0123-456789abcdef";
constexpr const char* second_uuid = "GPU-ffffffff-89ab-cdef-0123-456789abcdef";

DeviceProperties device(const std::string& id, const std::string& name, const std::string& uuid,
                        std::uint64_t gigabytes = 8) {
    DeviceProperties p;
    p.id = id;
    p.kind = id == "cpu" ? DeviceKind::cpu : id.starts_with("cuda") ? DeviceKind::cuda : DeviceKind::opencl;
    p.name = name;
    p.uuid = uuid;
    p.memory_bytes = gigabytes << 30U;
    p.is_cpu = p.kind == DeviceKind::cpu;
    return p;
}

DeviceProperties broken(DeviceProperties p, const std::string& reason) {
    p.unusable = reason;
    return p;
}

DeviceProperties processor(DeviceProperties p) {
    p.is_cpu = true;
    return p;
}

Inventory machine(std::vector<DeviceProperties> gpus, std::vector<MissingDriver> missing = {}) {
    gpus.insert(gpus.begin(), device("cpu", "Processor", "cpu-1"));
    return {std::move(gpus), std::move(missing)};
}

const MissingDriver no_cuda = {DeviceKind::cuda, "no CUDA: libcuda.so.1 is not installed", "a driver"};
const MissingDriver no_opencl = {DeviceKind::opencl, "no OpenCL: libOpenCL.so.1 is not installed",
                                 "a loader"};

DeviceRequest asked(const std::string& names) {
    DeviceRequest request;
    request.names = names;
    request.settings_source = "my.toml";
    return request;
}

std::string ids(const DeviceChoice& choice) {
    std::string text;
    for (const DeviceProperties& p : choice.devices) text += (text.empty() ? "" : " ") + p.id;
    return text;
}

std::string chosen(const Inventory& inventory, const DeviceRequest& request) {
    return ids(choose_devices(inventory, request));
}

std::string chosen(const Inventory& inventory, const std::string& names) {
    return chosen(inventory, asked(names));
}

std::string refusal(const Inventory& inventory, const DeviceRequest& request) {
    try {
        choose_devices(inventory, request);
    } catch (const InputError& error) {
        return error.what();
    }
    return "not refused";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("only the drivers are opened that a request can mean") {
    const auto kinds = [](const std::string& names, std::vector<std::string> listed = {}) {
        DeviceRequest request;
        request.names = names;
        request.listed = std::move(listed);
        return kinds_meant(request);
    };
    using Kinds = std::vector<DeviceKind>;
    const Kinds all(accelerator_kinds.begin(), accelerator_kinds.end());
    CHECK(kinds("cpu").empty());
    CHECK(kinds("cuda:1,cpu") == Kinds{DeviceKind::cuda});
    CHECK(kinds("opencl:0,opencl:1") == Kinds{DeviceKind::opencl});
    CHECK(kinds("opencl,cuda:0") == all);
    CHECK(kinds("auto") == all);
    CHECK(kinds("auto", {"cuda:0"}) == Kinds{DeviceKind::cuda});
    CHECK(kinds("gpu") == all);
    CHECK(kinds("all") == all);
    CHECK(kinds("GPU-01234567-89ab-cdef-0123-456789abcdef") == all);
}

TEST_CASE("without drivers the processor does it, and the notes say why") {
    const DeviceChoice choice = choose_devices(machine({}, {no_cuda, no_opencl}), asked("auto"));
    CHECK(ids(choice) == "cpu");
    CHECK(choice.notes == Lines{no_cuda.reason, no_opencl.reason});
    CHECK(choose_devices(machine({}, {no_cuda, no_opencl}), asked("cpu")).notes.empty());
}

TEST_CASE("auto takes the processor and every unlike GPU") {
    const Inventory two =
        machine({device("cuda:0", "Big", first_uuid), device("cuda:1", "Small", second_uuid, 4),
                 device("opencl:0", "Other", "opencl-1")});
    CHECK(chosen(two, "auto") == "cpu cuda:0 cuda:1 opencl:0");
    CHECK(choose_devices(two, asked("auto")).notes.empty());
    CHECK(chosen(two, "gpu") == "cuda:0 cuda:1 opencl:0");
    CHECK(chosen(two, "cuda") == "cuda:0 cuda:1");
    CHECK(chosen(two, "opencl") == "opencl:0");
    CHECK(chosen(two, "cpu,opencl:0") == "cpu opencl:0");
    CHECK(chosen(two, "cuda:1, cuda:0,cuda:1") == "cuda:0 cuda:1");
}

TEST_CASE("a GPU that CUDA and OpenCL both have is used once, through CUDA") {
    const std::string reason = "opencl:0 (Big) is not used: it is cuda:0, which CUDA runs faster";
    SUBCASE("known by its UUID, however it is written") {
        const Inventory both = machine({device("cuda:0", "NVIDIA Big", first_uuid),
                                        device("opencl:0", "Big", "01234567-89AB-CDEF-0123-456789ABCDEF")});
        CHECK(chosen(both, "auto") == "cpu cuda:0");
        CHECK(choose_devices(both, asked("gpu")).notes == Lines{reason});
        CHECK(chosen(both, "cuda,opencl") == "cuda:0");
        CHECK(chosen(both, "opencl") == "opencl:0");
        CHECK(chosen(both, "cuda:0,opencl:0") == "cuda:0 opencl:0");
    }
    SUBCASE("known by its name and memory, where OpenCL has no UUID") {
        const Inventory both =
            machine({device("cuda:0", "Big", first_uuid, 100), device("opencl:0", "Big", "opencl-1", 99)});
        CHECK(choose_devices(both, asked("auto")).notes == Lines{reason});
        CHECK(chosen(both, "auto") == "cpu cuda:0");
    }
    SUBCASE("not another one of that name") {
        CHECK(chosen(
                  machine({device("cuda:0", "Big", first_uuid, 8), device("opencl:0", "Big", "opencl-1", 4)}),
                  "auto") == "cpu cuda:0 opencl:0");
        CHECK(chosen(machine({device("cuda:0", "Big", first_uuid), device("opencl:0", "Big", second_uuid)}),
                     "auto") == "cpu cuda:0 opencl:0");
    }
    SUBCASE("through OpenCL where CUDA cannot use it") {
        const Inventory both = machine({broken(device("cuda:0", "Big", first_uuid), "NVRTC is not installed"),
                                        device("opencl:0", "Big", first_uuid)});
        const DeviceChoice choice = choose_devices(both, asked("auto"));
        CHECK(ids(choice) == "cpu opencl:0");
        CHECK(choice.notes == Lines{"cuda:0 (Big) is not used: NVRTC is not installed"});
        CHECK(chosen(both, first_uuid) == "opencl:0");
    }
}

TEST_CASE("a GPU that two platforms of OpenCL have is used once") {
    const Inventory twice =
        machine({device("opencl:0", "Big", first_uuid), device("opencl:1", "big", first_uuid),
                 device("opencl:2", "Twin", "opencl-1"), device("opencl:3", "Twin", "opencl-2")});
    CHECK(chosen(twice, "auto") == "cpu opencl:0 opencl:2 opencl:3");
    CHECK(choose_devices(twice, asked("auto")).notes ==
          Lines{"opencl:1 (big) is not used: it is the same device as opencl:0"});
}

TEST_CASE("OpenCL on the processor is used only where it is asked for") {
    const Inventory pocl = machine({processor(device("opencl:0", "PoCL", "opencl-1"))}, {no_cuda});
    const DeviceChoice choice = choose_devices(pocl, asked("auto"));
    CHECK(ids(choice) == "cpu");
    CHECK(choice.notes ==
          Lines{no_cuda.reason, "opencl:0 (PoCL) is not used: it computes on the CPU's own cores"});
    CHECK(chosen(pocl, "opencl:0") == "opencl:0");
    CHECK(chosen(pocl, "opencl-1") == "opencl:0");
    CHECK(chosen(pocl, "opencl") == "opencl:0");
    const DeviceChoice more = choose_devices(pocl, asked("auto,opencl:0"));
    CHECK(ids(more) == "cpu opencl:0");
    CHECK(more.notes == Lines{no_cuda.reason});
    CHECK(chosen(pocl, "all") == "cpu opencl:0");
    CHECK(chosen(machine({}, {no_cuda, no_opencl}), "all") == "cpu");
    CHECK(chosen(machine({device("cuda:0", "Big", first_uuid), device("opencl:0", "Big", first_uuid)}),
                 "all") == "cpu cuda:0");
    CHECK(has(refusal(pocl, asked("gpu")), "--devices gpu: there is no such device that can be used"));
}

TEST_CASE("a name of what is not there is refused with what is there") {
    const Inventory one =
        machine({broken(device("cuda:0", "Old", first_uuid), "its compute capability is 3.5")}, {no_opencl});
    const std::string absent = refusal(one, asked("cpu,cuda:1"));
    CHECK(has(absent,
              "--devices cpu,cuda:1: there is no device 'cuda:1'; there are: cpu (Processor), cuda:0 (Old) "
              "[cannot be used: its compute capability is 3.5]; no OpenCL"));
    CHECK(refusal(one, asked("cuda:0")) ==
          "--devices cuda:0: cuda:0 (Old) cannot be used: its compute capability is 3.5");
    CHECK(has(refusal(one, asked("cuda")), "there is no such device that can be used"));
    CHECK(has(refusal(one, asked("opencl")), no_opencl.reason));
    CHECK(has(refusal(one, asked("gpus")), "there is no device 'gpus' (did you mean 'gpu'?)"));
    CHECK(has(refusal(one, asked(second_uuid)), "there is no device 'GPU-ffffffff"));
    CHECK(has(refusal(one, asked("")), "a name is missing"));
    CHECK(has(refusal(one, asked("cpu,,cuda")), "a name is missing"));
    CHECK(chosen(one, "auto") == "cpu");
}

TEST_CASE("settings narrow what auto means, and the command line goes before them") {
    const Inventory three = machine({device("cuda:0", "A", first_uuid), device("cuda:1", "B", second_uuid),
                                     device("opencl:0", "C", "opencl-1")});
    DeviceRequest off = asked("auto");
    off.gpus_enabled = false;
    CHECK(chosen(three, off) == "cpu");
    CHECK(choose_devices(three, off).notes == Lines{"GPUs are not used: [gpu] enabled = false in my.toml"});
    off.names = "cuda:1";
    CHECK(chosen(three, off) == "cuda:1");

    DeviceRequest single = asked("auto");
    single.several_gpus = false;
    CHECK(chosen(three, single) == "cpu cuda:0");
    CHECK(choose_devices(three, single).notes ==
          Lines{"cuda:1 (B) is not used: [gpu] multi_gpu_enabled = false in my.toml, and cuda:0 is used",
                "opencl:0 (C) is not used: [gpu] multi_gpu_enabled = false in my.toml, and cuda:0 is used"});
    single.names = "gpu";
    CHECK(chosen(three, single) == "cuda:0");
    single.names = "cuda:1,opencl:0";
    CHECK(chosen(three, single) == "cuda:1 opencl:0");

    DeviceRequest listed = asked("auto");
    listed.listed = {"opencl:0", second_uuid};
    CHECK(chosen(three, listed) == "cpu cuda:1 opencl:0");
    listed.names = "cuda:0";
    CHECK(chosen(three, listed) == "cuda:0");
    listed.names = "auto";
    listed.listed = {"cuda:7"};
    CHECK(has(refusal(three, listed), "[gpu] devices = \"cuda:7\" in my.toml: there is no device 'cuda:7'"));
    listed.listed = {"auto"};
    CHECK(chosen(three, listed) == "cpu cuda:0 cuda:1 opencl:0");
}
