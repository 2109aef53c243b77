// core/kernel/observe/inspector_socket.h -- lets tools of the same user ask a running program.
//
// A Unix socket, PID-NUMBER.sock, in a folder that only the user can enter. One thread serves it and sleeps in between.
// A client sends one line and gets one answer, which ends with the connection.
//
// Folder    $XDG_RUNTIME_DIR/manta, else /tmp/manta-UID; mode 0700, the user's own, and no symbolic link. Socket 0600.
//           Who looks for programs looks in both, but in the first alone when it is not the system's /run/user/UID.
// Clients   Nobody is believed: another user is turned away, a line has at most kRequestBytesMax, at most kClientsMax
//           are served at a time, and who has not taken all of its answer after kPatienceNs is cut off. What they do
//           holds up neither the program nor its end.
//
// Threads   Open and the destructor [one-at-a-time]; the handler is called by the socket's own thread.
// Memory    The handler is gone when the destructor has returned, which removes the socket from its folder; a child
//           process that was forked without exec leaves it alone.
// Errors    kPermissionDenied: the folder is another user's, or open to others. kUnavailable: the system's reason.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/clock.h"
#include "core/interface/executor.h"

namespace manta {

class InspectorSocket {
 public:
  static constexpr size_t kRequestBytesMax = 256;
  static constexpr size_t kClientsMax = 16;
  static constexpr int64_t kPatienceNs = 5'000'000'000;

  using Handler = std::function<std::string(std::string_view request)>;

  // `executor` and `clock` are the system's, and outlive the socket.
  static absl::StatusOr<std::unique_ptr<InspectorSocket>> Open(Executor& executor, Clock& clock, Handler handler);
  InspectorSocket(const InspectorSocket&) = delete;
  InspectorSocket& operator=(const InspectorSocket&) = delete;
  ~InspectorSocket();

  const std::string& path() const { return path_; }

  // Where sockets may be, the one that is used now first.
  static std::vector<std::string> Folders();

  // What is wrong with a folder that is there: it must be the user's own, and closed to all others.
  static absl::Status CheckFolder(const std::string& folder);

 private:
  struct Client;

  InspectorSocket(Executor& executor, Clock& clock, Handler handler);

  absl::Status Listen();
  void Serve();
  void Accept();
  bool Advance(Client& client);  // False: it is done with, or to be cut off.
  bool Read(Client& client);

  Executor& executor_;
  Clock& clock_;
  const Handler handler_;
  const int pid_;
  std::string path_;
  uint64_t inode_ = 0;  // Of path_: it is removed only if it is still ours.
  int listener_ = -1;
  int end_ = -1;  // Readable when the thread is to end.
  bool serving_ = false;
  ThreadId thread_;
  std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
