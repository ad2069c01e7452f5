#include "sheet/google_client.hpp"

#include "base/text.hpp"
#include "sheet/retry.hpp"

namespace lockrec::sheet {

namespace {

// The one limit on the way that the host sets is named.
net::HttpResponse exchange_within_limit(net::Loop& loop, const net::HttpRequest& request, const Deadline& deadline) {
  try {
    return net::exchange(loop, request, deadline);
  } catch (const net::TransportError& error) {
    if (error.kind() != net::TransportError::Kind::too_large) throw;
    const Refusal refusal = refusal_of(error, "Google Sheets");
    throw Refusal(refusal.remedy(), refusal.status(), std::string(refusal.what()) + ", the limit set by body_bytes_max",
                  refusal.cause());
  }
}

}  // namespace

GoogleClient::GoogleClient(const Config& config, net::Loop& loop, Log& log)
    : config_(config),
      loop_(loop),
      log_(log),
      tokens_(config.google, loop, log),
      asked_{config.source.spreadsheet_id, config.source.worksheet, tokens_.account()} {}

void GoogleClient::fetch_token(const Deadline& deadline) {
  const std::string sheets = config_.google.sheets_endpoint + "/";
  if (!net::share_a_connection(sheets, tokens_.endpoint()))
    preconnection_.emplace(loop_, sheets, config_.google.ca_file);
  tokens_.get(deadline);
  if (preconnection_) preconnection_->settle(deadline);
}

Json GoogleClient::get(const std::string& path_and_query, std::int64_t nodes_max, const Deadline& deadline) {
  const std::string body = body_of(path_and_query, deadline);
  return parse_json(body, nodes_max, "the reply of Google Sheets", deadline);
}

std::string GoogleClient::body_of(const std::string& path_and_query, const Deadline& deadline) {
  for (;;) {
    const Secret& token = tokens_.get(deadline);
    try {
      net::HttpResponse reply;
      with_retries(loop_, log_, deadline, "Google Sheets",
                   [&] { reply = exchange_once(path_and_query, token, deadline); });
      return std::move(reply.body);
    } catch (const Refusal& refusal) {
      if (refusal.remedy() != Refusal::Remedy::new_token || token_renewed_ || !tokens_.forget()) throw;
      token_renewed_ = true;
      log_.warning(std::string(refusal.what()) + "; asking for a new one");
      try {
        tokens_.get(deadline);
      } catch (const Error& error) {
        if (error.status() != LOCKREC_E_DEADLINE) throw;
        throw Refusal(refusal);
      }
    }
  }
}

net::HttpResponse GoogleClient::exchange_once(const std::string& path_and_query, const Secret& token,
                                              const Deadline& deadline) {
  net::HttpRequest request;
  request.url = config_.google.sheets_endpoint + path_and_query;
  request.bearer = token;
  request.ca_file = config_.google.ca_file;
  request.body_bytes_max = config_.source.body_bytes_max;
  net::HttpResponse reply = exchange_within_limit(loop_, request, deadline);
  if (reply.status != 200) throw sheet_refusal(reply, asked_, token.reveal());
  if (!reply.content_type.empty() && reply.content_type.find("json") == std::string::npos) {
    throw Error(LOCKREC_E_SHEET_FORMAT, "Google Sheets' address answered " + foreign_reply(reply),
                {LOCKREC_CAUSE_HTTP, reply.status});
  }
  return reply;
}

}  // namespace lockrec::sheet
