// A password or token read from a file, wiped when it goes.
#include "secret_text.hpp"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace lockrec::cli {
namespace {

constexpr std::size_t kBytesMax = 65536;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void refuse(std::string_view flag, const std::string& path, const std::string& why) {
  throw std::runtime_error(std::string(flag) + ": " + path + " " + why);
}

[[noreturn]] void refuse_for_errno(std::string_view flag, const std::string& path) {
  refuse(flag, path, "can't be read: " + std::generic_category().message(errno));
}

}  // namespace

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_ = std::move(other.bytes_);
  }
  return *this;
}

void SecretText::wipe() noexcept {
  if (bytes_) explicit_bzero(bytes_.get(), kBytesMax + 1);
}

std::size_t SecretText::read_from(int descriptor, std::string_view flag, const std::string& path) {
  std::size_t size = 0;
  while (size <= kBytesMax) {
    const ssize_t got = read(descriptor, bytes_.get() + size, kBytesMax + 1 - size);
    if (got == 0) return size;
    if (got > 0) {
      size += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      refuse_for_errno(flag, path);
    }
  }
  refuse(flag, path, "is longer than 64 KiB: that is no password and no token");
}

SecretText SecretText::from_file(std::string_view flag, const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (file.number() < 0) refuse_for_errno(flag, path);
  struct stat about {};
  if (fstat(file.number(), &about) != 0) refuse_for_errno(flag, path);
  if (!S_ISREG(about.st_mode) && !S_ISFIFO(about.st_mode)) refuse(flag, path, "is neither a file nor a pipe");

  SecretText secret;
  secret.bytes_ = std::make_unique<char[]>(kBytesMax + 1);
  std::size_t size = secret.read_from(file.number(), flag, path);
  char* const bytes = secret.bytes_.get();
  if (size > 0 && bytes[size - 1] == '\n') --size;
  if (size > 0 && bytes[size - 1] == '\r') --size;
  bytes[size] = '\0';
  const std::string_view line(bytes, size);
  if (line.empty()) refuse(flag, path, "is empty");
  if (line.find_first_of(std::string_view("\0\r\n", 3)) != std::string_view::npos) {
    refuse(flag, path, "holds more than one line: the secret must be all that stands in it");
  }
  return secret;
}

bool holds_password(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  const bool is_socket = url.substr(0, 5) == "unix:";
  std::string_view rest = scheme_end == std::string_view::npos ? url : url.substr(scheme_end + 3);
  const std::size_t query = rest.find('?');
  if (query != std::string_view::npos && rest.find("pass", query) != std::string_view::npos) return true;
  // A password may hold any sign that was not escaped, so the last @ counts; a socket's path may hold an @ itself.
  if (is_socket) rest = rest.substr(0, rest.find('/'));
  const std::size_t at = rest.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::size_t colon = rest.find(':');
  return colon < at && colon + 1 < at;
}

}  // namespace lockrec::cli
