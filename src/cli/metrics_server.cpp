// The only file that includes libevent.
#include "cli/metrics_server.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include <fmt/format.h>

#include "base/error.hpp"

namespace threadx {
namespace {

constexpr int longest_request = 16 * 1024; // bytes, of its head and of its body

template <class Object, void (*release)(Object*)>
struct Released {
    void operator()(Object* object) const { release(object); }
};
using EventBase = std::unique_ptr<event_base, Released<event_base, event_base_free>>;
using HttpServer = std::unique_ptr<evhttp, Released<evhttp, evhttp_free>>;
using Buffer = std::unique_ptr<evbuffer, Released<evbuffer, evbuffer_free>>;

void reply(evhttp_request* request, const std::string& type, const std::string& text) {
    const Buffer body(evbuffer_new());
    evbuffer_add(body.get(), text.data(), text.size());
    evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", type.c_str());
    evhttp_send_reply(request, HTTP_OK, "OK", body.get());
}

int port_of(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                               : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

} // namespace

class MetricsServer::Implementation {
  public:
    Implementation(const std::string& address, int port, std::function<std::string()> text)
        : text_(std::move(text)), base_(event_base_new()), server_(evhttp_new(base_.get())) {
        evhttp_set_allowed_methods(server_.get(), EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
        evhttp_set_max_headers_size(server_.get(), longest_request);
        evhttp_set_max_body_size(server_.get(), longest_request);
        evhttp_set_timeout(server_.get(), 10);
        evhttp_set_cb(
            server_.get(), "/metrics",
            [](evhttp_request* request, void* self) {
                reply(request, "text/plain; version=0.0.4; charset=utf-8",
                      static_cast<Implementation*>(self)->text_());
            },
            this);
        evhttp_set_cb(
            server_.get(), "/",
            [](evhttp_request* request, void*) {
                reply(request, "text/html; charset=utf-8", "ThreadX: <a href=\"/metrics\">metrics</a>\n");
            },
            nullptr);
        errno = 0;
        evhttp_bound_socket* const bound =
            evhttp_bind_socket_with_handle(server_.get(), address.c_str(), static_cast<std::uint16_t>(port));
        if (bound == nullptr)
            throw IoError(fmt::format("cannot listen on {} port {}: {}", address, port,
                                      errno != 0 ? std::strerror(errno) : "no such address"));
        port_ = port_of(evhttp_bound_socket_get_fd(bound));
    }

    int port() const { return port_; }

    void answer_for(double seconds) {
        timeval time = {};
        time.tv_sec = static_cast<time_t>(seconds);
        time.tv_usec = static_cast<suseconds_t>((seconds - std::floor(seconds)) * 1e6);
        event_base_loopexit(base_.get(), &time);
        event_base_dispatch(base_.get());
    }

  private:
    std::function<std::string()> text_;
    EventBase base_;
    HttpServer server_; // goes before its base
    int port_ = 0;
};

MetricsServer::MetricsServer(const std::string& address, int port, std::function<std::string()> text)
    : implementation_(std::make_unique<Implementation>(address, port, std::move(text))) {}

MetricsServer::~MetricsServer() = default;

int MetricsServer::port() const { return implementation_->port(); }

void MetricsServer::answer_for(double seconds) { implementation_->answer_for(seconds); }

} // namespace threadx
