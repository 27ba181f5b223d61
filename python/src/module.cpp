// threadx._core: the engine as Python's own files see it. Users are told of nothing here; they import
// threadx.
#include <nanobind/nanobind.h>

#include "base/error.hpp"
#include "log.hpp"
#include "parts.hpp"
#include "sweep/manifest.hpp"
#include "wording.hpp"

namespace nb = nanobind;

namespace threadx::python {
namespace {

// The exceptions of Python that the engine's errors become.
PyObject* error_class = nullptr;
PyObject* input_error_class = nullptr;
PyObject* io_error_class = nullptr;
PyObject* device_error_class = nullptr;

PyObject* add_error(nb::module_& module, const char* name, const char* help, const nb::object& bases) {
    const std::string full = std::string("threadx.") + name;
    nb::object made = nb::steal(PyErr_NewExceptionWithDoc(full.c_str(), help, bases.ptr(), nullptr));
    if (!made.is_valid()) throw nb::python_error();
    module.attr(name) = made;
    return made.release().ptr(); // for as long as the module is there: always
}

void raise(PyObject* kind, const Error& error) {
    PyErr_SetString(kind, in_words_of_python(error.what()).c_str());
}

void add_errors(nb::module_& module) {
    error_class = add_error(module, "Error",
                            "Base of all errors of ThreadX: one message that says what, where "
                            "and what to do.",
                            nb::borrow(PyExc_Exception));
    const nb::handle base(error_class);
    input_error_class =
        add_error(module, "InputError", "What was given is wrong: bars, a strategy, a space, an argument.",
                  nb::make_tuple(base, nb::handle(PyExc_ValueError)));
    io_error_class = add_error(module, "IoError", "A file cannot be read or written.",
                               nb::make_tuple(base, nb::handle(PyExc_OSError)));
    device_error_class = add_error(module, "DeviceError", "A device or its driver failed.",
                                   nb::make_tuple(base, nb::handle(PyExc_RuntimeError)));
    nb::register_exception_translator([](const std::exception_ptr& pointer, void*) {
        try {
            std::rethrow_exception(pointer);
        } catch (const InputError& error) {
            raise(input_error_class, error);
        } catch (const IoError& error) {
            raise(io_error_class, error);
        } catch (const DeviceError& error) {
            raise(device_error_class, error);
        } catch (const Error& error) {
            raise(error_class, error);
        }
    });
}

} // namespace
} // namespace threadx::python

NB_MODULE(_core, module) {
    nb::set_leak_warnings(false); // what an interpreter still holds when it ends is no user's business
    module.attr("__version__") = THREADX_VERSION;
    module.attr("version_text") = threadx::version_text();
    threadx::python::add_errors(module);
    threadx::python::set_up_log();
    threadx::python::add_settings(module);
    threadx::python::add_bars(module);
    threadx::python::add_strategies(module);
    threadx::python::add_columns(module);
    threadx::python::add_devices(module);
    threadx::python::add_monitor(module);
    threadx::python::add_run(module);
}
