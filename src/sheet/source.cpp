// Which of the three sources is meant.
#include "sheet/source.hpp"

#include "sheet/file_source.hpp"
#include "sheet/google_source.hpp"
#include "sheet/host_rows.hpp"

namespace lockrec::sheet {

std::unique_ptr<Source> open_source(const Config& config, net::Loop& loop, Log& log, std::int32_t& phase) {
  switch (config.source.kind) {
    case SourceKind::google: return open_google(config, loop, log, phase);
    case SourceKind::file: return open_file(config, log, phase);
    case SourceKind::host: break;
  }
  return open_host_rows(config, log, phase);
}

}  // namespace lockrec::sheet
