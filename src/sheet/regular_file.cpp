#include "sheet/regular_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace lockrec::sheet {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

// Not strerror: it translates, and shares one buffer among threads.
std::string reason(int error) {
  const char* text = ::strerrordesc_np(error);
  return text != nullptr ? text : "error " + std::to_string(error);
}

[[noreturn]] void refuse(std::int32_t status, const FileToRead& file, const std::string& why, int error) {
  throw Error(status, file.what + " " + why + (error == 0 ? "" : ": " + reason(error)),
              error == 0 ? Cause{} : Cause{LOCKREC_CAUSE_ERRNO, error});
}

int open_without_blocking(const FileToRead& file) {
  for (;;) {
    const int number = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (number >= 0) return number;
    const int error = errno;
    if (error == EINTR) continue;
    const bool missing = error == ENOENT || error == ENOTDIR;
    refuse(missing ? file.missing_status : LOCKREC_E_CONFIG, file, "can't be opened", error);
  }
}

void require_size(std::int64_t bytes, const FileToRead& file) {
  if (bytes <= file.bytes_max) return;
  const std::string set_by = file.limit_name.empty() ? "" : ", the limit set by " + file.limit_name;
  refuse(file.too_large_status, file, "is larger than " + std::to_string(file.bytes_max) + " bytes" + set_by, 0);
}

void require_regular(const Descriptor& descriptor, const FileToRead& file) {
  struct stat about {};
  if (::fstat(descriptor.number(), &about) != 0) refuse(LOCKREC_E_CONFIG, file, "can't be examined", errno);
  if (S_ISDIR(about.st_mode)) refuse(LOCKREC_E_CONFIG, file, "is a directory", 0);
  if (S_ISFIFO(about.st_mode)) refuse(LOCKREC_E_CONFIG, file, "is a pipe, and reading it could block; give a file", 0);
  if (!S_ISREG(about.st_mode)) refuse(LOCKREC_E_CONFIG, file, "is a device or socket; give a regular file", 0);
  require_size(about.st_size, file);
}

}  // namespace

void read_regular_file(const FileToRead& file, const Deadline& deadline,
                       const std::function<void(std::string_view)>& take) {
  const Descriptor descriptor(open_without_blocking(file));
  require_regular(descriptor, file);
  std::vector<char, WipingAllocator<char>> buffer(std::size_t{1} << 18);
  std::int64_t total = 0;
  for (;;) {
    deadline.check();
    const ssize_t size = ::read(descriptor.number(), buffer.data(), buffer.size());
    if (size == 0) return;
    if (size < 0) {
      if (errno == EINTR) continue;
      refuse(LOCKREC_E_SHEET_UNAVAILABLE, file, "can't be read", errno);
    }
    total += size;
    // Counted as it is read, too: a file may grow after its size was asked.
    require_size(total, file);
    take({buffer.data(), static_cast<std::size_t>(size)});
  }
}

}  // namespace lockrec::sheet
