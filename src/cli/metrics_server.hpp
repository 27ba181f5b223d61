// A page of metrics over HTTP, for Prometheus to fetch.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace threadx {

class MetricsServer {
  public:
    // Answers GET /metrics with what `text` gives, in Prometheus' format. `port` 0: any that is free. IoError
    // if nobody can listen there.
    MetricsServer(const std::string& address, int port, std::function<std::string()> text);
    ~MetricsServer();
    MetricsServer(const MetricsServer&) = delete;
    MetricsServer& operator=(const MetricsServer&) = delete;

    int port() const;
    void answer_for(double seconds); // the requests that come meanwhile

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace threadx
