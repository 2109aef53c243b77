#include "core/kernel/observe/inspector_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/base/text.h"
#include "glog/logging.h"

namespace manta {
namespace {

constexpr int kBacklog = 16;
constexpr int kNamesMax = 100;

absl::Status SystemError(std::string_view what) {
  return MakeStatus(absl::StatusCode::kUnavailable, what, ": ", std::strerror(errno));
}

// Sockets of this process have numbers, since several runtimes may live in it.
std::string NextName(int pid) {
  static std::atomic<uint32_t> next_number{0};
  return Concat(pid, "-", next_number.fetch_add(1, std::memory_order_relaxed), ".sock");
}

// Whether a process serves the socket of that name.
bool Answers(const sockaddr_un& address) {
  const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const bool refused =
      connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 && errno == ECONNREFUSED;
  if (client >= 0) close(client);
  return !refused;
}

}  // namespace

struct InspectorSocket::Client {
  int descriptor = -1;
  int64_t deadline_ns = 0;
  std::string request = {};
  std::string answer = {};
  size_t sent_bytes = 0;
  bool answering = false;
};

std::vector<std::string> InspectorSocket::Folders() {
  std::vector<std::string> folders;
  const char* const runtime_folder = std::getenv("XDG_RUNTIME_DIR");
  struct stat info;
  if (runtime_folder != nullptr && runtime_folder[0] == '/' && stat(runtime_folder, &info) == 0 &&
      info.st_uid == geteuid()) {
    folders.push_back(Concat(runtime_folder, "/manta"));
    // Somebody has chosen it, for programs that are to be among themselves.
    if (runtime_folder != Concat("/run/user/", geteuid())) return folders;
  }
  folders.push_back(Concat("/tmp/manta-", geteuid()));
  return folders;
}

absl::Status InspectorSocket::CheckFolder(const std::string& folder) {
  struct stat info;
  if (lstat(folder.c_str(), &info) != 0) return SystemError(Concat("cannot look at ", folder));
  if (!S_ISDIR(info.st_mode) || info.st_uid != geteuid() || (info.st_mode & 077) != 0) {
    return MakeStatus(absl::StatusCode::kPermissionDenied, folder, " is not a folder that user ", geteuid(),
                      " alone can enter: remove it, or set XDG_RUNTIME_DIR");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<InspectorSocket>> InspectorSocket::Open(Executor& executor, Clock& clock,
                                                                       Handler handler) {
  std::unique_ptr<InspectorSocket> socket(new InspectorSocket(executor, clock, std::move(handler)));
  if (absl::Status status = socket->Listen(); !status.ok()) return status;
  const absl::StatusOr<ThreadId> thread = executor.Start(
      "manta-inspector",
      {.run = [](void* self) { static_cast<InspectorSocket*>(self)->Serve(); }, .context = socket.get()});
  if (!thread.ok()) return thread.status();
  socket->thread_ = *thread;
  socket->serving_ = true;
  return socket;
}

InspectorSocket::InspectorSocket(Executor& executor, Clock& clock, Handler handler)
    : executor_(executor), clock_(clock), handler_(std::move(handler)), pid_(getpid()) {}

InspectorSocket::~InspectorSocket() {
  const bool mine = getpid() == pid_;
  if (serving_ && mine) {
    const uint64_t one = 1;
    const ssize_t written = write(end_, &one, sizeof(one));
    CHECK_EQ(written, static_cast<ssize_t>(sizeof(one))) << "cannot end the inspector: " << std::strerror(errno);
    const absl::Status joined = executor_.Join(thread_);
    CHECK(joined.ok()) << joined;
  }
  for (const int descriptor : {listener_, end_}) {
    if (descriptor >= 0) close(descriptor);
  }
  struct stat info;
  if (!path_.empty() && mine && lstat(path_.c_str(), &info) == 0 && info.st_ino == inode_) unlink(path_.c_str());
}

absl::Status InspectorSocket::Listen() {
  const std::string folder = Folders().front();
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return SystemError(Concat("cannot make ", folder));
  if (absl::Status status = CheckFolder(folder); !status.ok()) return status;
  end_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (end_ < 0) return SystemError("cannot make an eventfd");
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener_ < 0) return SystemError("cannot make a socket");
  for (int attempt = 0; attempt < kNamesMax; ++attempt) {
    const std::string path = Concat(folder, "/", NextName(pid_));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
      return MakeStatus(absl::StatusCode::kUnavailable, path,
                        " is too long for a socket: set XDG_RUNTIME_DIR to a shorter folder");
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    // Of a process that had this number before, and was killed; or of one that has it in another namespace of pids.
    if (access(path.c_str(), F_OK) == 0 && !Answers(address)) unlink(path.c_str());
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
      path_ = path;
      struct stat info;
      if (chmod(path_.c_str(), 0600) != 0 || listen(listener_, kBacklog) != 0 || lstat(path_.c_str(), &info) != 0) {
        return SystemError(Concat("cannot open ", path_));
      }
      inode_ = info.st_ino;
      return absl::OkStatus();
    }
    if (errno != EADDRINUSE) return SystemError(Concat("cannot make ", path));
  }
  return MakeStatus(absl::StatusCode::kUnavailable, folder, " has sockets of other processes with the number ", pid_);
}

void InspectorSocket::Serve() {
  std::vector<pollfd> waiting;
  for (;;) {
    // In this order. With all places taken, more clients wait in the system's queue.
    waiting = {{end_, POLLIN, 0}, {clients_.size() < kClientsMax ? listener_ : -1, POLLIN, 0}};
    int64_t next_deadline_ns = kNever;
    for (const std::unique_ptr<Client>& client : clients_) {
      waiting.push_back({client->descriptor, static_cast<int16_t>(client->answering ? POLLOUT : POLLIN), 0});
      next_deadline_ns = std::min(next_deadline_ns, client->deadline_ns);
    }
    timespec patience = {};
    if (next_deadline_ns != kNever) {
      const int64_t left_ns = std::max<int64_t>(next_deadline_ns - clock_.NowNs(), 0);
      patience = {.tv_sec = left_ns / 1'000'000'000, .tv_nsec = left_ns % 1'000'000'000};
    }
    const int ready = ppoll(waiting.data(), waiting.size(), next_deadline_ns == kNever ? nullptr : &patience, nullptr);
    if (ready < 0 && errno != EINTR) {
      LOG(WARNING) << "manta inspector.ended reason=\"" << std::strerror(errno) << "\"";
      break;
    }
    if (ready > 0 && waiting[0].revents != 0) break;
    const int64_t now_ns = clock_.NowNs();
    for (size_t i = clients_.size(); i-- > 0;) {
      Client& client = *clients_[i];
      const bool event = ready > 0 && waiting[i + 2].revents != 0;
      if ((!event || Advance(client)) && client.deadline_ns > now_ns) continue;
      close(client.descriptor);
      clients_.erase(clients_.begin() + static_cast<int64_t>(i));
    }
    if (ready > 0 && waiting[1].revents != 0) Accept();
  }
  for (const std::unique_ptr<Client>& client : clients_) close(client->descriptor);
  clients_.clear();
}

void InspectorSocket::Accept() {
  const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (descriptor < 0) {
    // Without a descriptor to give, the client would be reported again and again: it waits until there is one.
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
      LOG_FIRST_N(WARNING, 1) << "manta inspector.refused reason=\"" << std::strerror(errno) << "\"";
      const timespec pause = {.tv_sec = 0, .tv_nsec = 100'000'000};
      pollfd end = {end_, POLLIN, 0};
      ppoll(&end, 1, &pause, nullptr);
    }
    return;
  }
  ucred peer = {};
  socklen_t size = sizeof(peer);
  const bool known = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  if (!known || (peer.uid != geteuid() && peer.uid != 0)) {
    close(descriptor);
    return;
  }
  clients_.push_back(std::make_unique<Client>(
      Client{.descriptor = descriptor, .deadline_ns = DeadlineAfter(clock_.NowNs(), kPatienceNs)}));
}

bool InspectorSocket::Advance(Client& client) {
  if (!client.answering && !Read(client)) return false;
  while (client.answering && client.sent_bytes < client.answer.size()) {
    const ssize_t sent = send(client.descriptor, client.answer.data() + client.sent_bytes,
                              client.answer.size() - client.sent_bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    client.sent_bytes += static_cast<size_t>(sent);
  }
  return !client.answering;
}

bool InspectorSocket::Read(Client& client) {
  char bytes[kRequestBytesMax];
  const ssize_t count = recv(client.descriptor, bytes, sizeof(bytes), MSG_DONTWAIT);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  if (count == 0) return false;
  client.request.append(bytes, static_cast<size_t>(count));
  const size_t end = client.request.find('\n');
  if (end == std::string::npos) return client.request.size() < kRequestBytesMax;
  client.answer = handler_(std::string_view(client.request).substr(0, end));
  client.answering = true;
  return true;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
