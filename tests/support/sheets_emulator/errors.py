"""Google's error replies: status, words, and the details that tell one 403 from another."""

import json

PROJECT_NUMBER = "123456789012"
_SERVICE = "sheets.googleapis.com"
_CONSOLE = f"https://console.developers.google.com/apis/api/{_SERVICE}/overview?project={PROJECT_NUMBER}"


def _info(reason, **metadata):
    metadata = {"service": _SERVICE, **metadata}
    return {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com",
            "metadata": metadata}


class ApiError(Exception):
    def __init__(self, code, status, message, details=None, reason=None, headers=None, html=None):
        super().__init__(message)
        self.code, self.status, self.message = code, status, message
        self.details, self.reason = details, reason
        self.headers, self.html = headers or {}, html

    @classmethod
    def invalid(cls, message, field=None, description=None):
        details = None
        if field:
            details = [{"@type": "type.googleapis.com/google.rpc.BadRequest",
                        "fieldViolations": [{"field": field, "description": description or message}]}]
        return cls(400, "INVALID_ARGUMENT", message, details)

    def body(self):
        if self.html is not None:
            return self.html
        error = {"code": self.code, "message": self.message}
        if self.reason:
            domain = "usageLimits" if self.code in (403, 429) else "global"
            error["errors"] = [{"message": self.message, "domain": domain, "reason": self.reason}]
        error["status"] = self.status
        if self.details:
            error["details"] = self.details
        return json.dumps({"error": error}, indent=2, ensure_ascii=False) + "\n"

    def content_type(self):
        return "application/json; charset=UTF-8" if self.html is None else "text/html; charset=UTF-8"


def html_page(title, text):
    return f"<!DOCTYPE html>\n<html lang=en>\n<title>{title}</title>\n<p><b>{title}</b> <p>{text}\n"


def _quota(code, status, reason):
    consumer = f"project_number:{PROJECT_NUMBER}"
    message = ("Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user' of "
               f"service '{_SERVICE}' for consumer '{consumer}'.")
    details = [_info("RATE_LIMIT_EXCEEDED", consumer=f"projects/{PROJECT_NUMBER}", quota_limit_value="60",
                     quota_limit="ReadRequestsPerMinutePerUser", quota_location="global",
                     quota_metric=f"{_SERVICE}/read_requests")]
    return ApiError(code, status, message, details, reason)


def _unauthenticated(reason, message):
    challenge = 'Bearer realm="https://accounts.google.com/"'
    if reason != "CREDENTIALS_MISSING":
        challenge += ', error="invalid_token"'
    return ApiError(401, "UNAUTHENTICATED", message, [_info(reason)], headers={"WWW-Authenticate": challenge})


_CREDENTIAL = ("Expected OAuth 2 access token, login cookie or other valid authentication credential. "
               "See https://developers.google.com/identity/sign-in/web/devconsole-project.")


def named(name):
    """One of Google's errors by the name that the control commands use."""
    makers = {
        "not_found": lambda: ApiError(404, "NOT_FOUND", "Requested entity was not found."),
        "not_shared": lambda: ApiError(403, "PERMISSION_DENIED", "The caller does not have permission"),
        "api_disabled": lambda: ApiError(
            403, "PERMISSION_DENIED",
            f"Google Sheets API has not been used in project {PROJECT_NUMBER} before or it is disabled. Enable it by "
            f"visiting {_CONSOLE} then retry. If you enabled this API recently, wait a few minutes for the action to "
            "propagate to our systems and retry.",
            [_info("SERVICE_DISABLED", consumer=f"projects/{PROJECT_NUMBER}")], "accessNotConfigured"),
        "scope": lambda: ApiError(
            403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.",
            [_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                   method="google.apps.sheets.v4.SpreadsheetsService.BatchGetValues")]),
        "no_api_key": lambda: ApiError(403, "PERMISSION_DENIED", "The request is missing a valid API key.",
                                       reason="forbidden"),
        "rate_403": lambda: _quota(403, "PERMISSION_DENIED", "rateLimitExceeded"),
        "user_rate_403": lambda: _quota(403, "PERMISSION_DENIED", "userRateLimitExceeded"),
        "quota_429": lambda: _quota(429, "RESOURCE_EXHAUSTED", None),
        "unavailable_503": lambda: ApiError(503, "UNAVAILABLE", "The service is currently unavailable."),
        "unavailable_503_html": lambda: ApiError(503, "UNAVAILABLE", "", html=html_page(
            "503.", "The service you requested is not available yet. Please try again in 30 seconds.")),
        "internal_500": lambda: ApiError(500, "INTERNAL", "Internal error encountered."),
        "bad_gateway_502": lambda: ApiError(502, "UNAVAILABLE", "", html=html_page(
            "502.", "The server encountered a temporary error and could not complete your request.")),
        "xlsx": lambda: ApiError(400, "FAILED_PRECONDITION", "This operation is not supported for this document"),
        "unauthenticated": lambda: _unauthenticated(
            "ACCESS_TOKEN_EXPIRED", "Request had invalid authentication credentials. " + _CREDENTIAL),
        "no_credentials": lambda: _unauthenticated(
            "CREDENTIALS_MISSING", "Request is missing required authentication credential. " + _CREDENTIAL),
    }
    if name not in makers:
        raise ValueError(f"no Google error {name!r}; there are: {', '.join(makers)}")
    return makers[name]()
