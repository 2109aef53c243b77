#include "core/kernel/observe/inspector_socket.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/thread_executor.h"

namespace manta {
namespace {

class InspectorSocketTest : public testing::Test {
 protected:
  void SetUp() override {
    // Paths of sockets are short: the test's own folder may not be.
    char folder[] = "/tmp/manta_testXXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    setenv("XDG_RUNTIME_DIR", folder, 1);
  }
  void TearDown() override {
    for (const int client : clients_) close(client);
    rmdir((folder_ + "/manta").c_str());
    EXPECT_EQ(rmdir(folder_.c_str()), 0) << "something was left in the folder";
  }

  std::unique_ptr<InspectorSocket> Open(InspectorSocket::Handler handler) {
    auto socket = InspectorSocket::Open(executor_, clock_, std::move(handler));
    EXPECT_TRUE(socket.ok()) << socket.status();
    return *std::move(socket);
  }

  int Connect(const InspectorSocket& socket) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, socket.path().c_str());
    const int client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0) << std::strerror(errno);
    clients_.push_back(client);
    return client;
  }

  // All that comes until the end of the connection.
  static std::string Rest(int client) {
    std::string text;
    char bytes[4096];
    for (ssize_t count; (count = recv(client, bytes, sizeof(bytes), 0)) > 0;) text.append(bytes, count);
    return text;
  }
  static void Send(int client, const std::string& text) {
    ASSERT_EQ(send(client, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }

  std::string folder_;
  SystemClock clock_;
  ThreadExecutor executor_{clock_};
  std::vector<int> clients_;
};

TEST_F(InspectorSocketTest, AFolderThatSomebodyChoseIsLookedIntoAlone) {
  EXPECT_EQ(InspectorSocket::Folders(), std::vector<std::string>{folder_ + "/manta"});
  const std::string of_all = Concat("/tmp/manta-", geteuid());
  setenv("XDG_RUNTIME_DIR", "/nowhere", 1);
  EXPECT_EQ(InspectorSocket::Folders(), std::vector<std::string>{of_all});
  unsetenv("XDG_RUNTIME_DIR");
  EXPECT_EQ(InspectorSocket::Folders(), std::vector<std::string>{of_all});
}

TEST_F(InspectorSocketTest, AnswersALineAndLeavesNothingBehind) {
  std::string path;
  {
    const auto socket = Open([](std::string_view request) { return Concat("you said ", request, "\n"); });
    path = socket->path();
    struct stat info;
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    ASSERT_EQ(stat((folder_ + "/manta").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0700u);
    const int client = Connect(*socket);
    Send(client, "hel");  // In pieces.
    Send(client, "lo\n");
    EXPECT_EQ(Rest(client), "you said hello\n");
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST_F(InspectorSocketTest, TwoOfOneProcessHaveTwoNames) {
  const auto first = Open([](std::string_view) { return "1"; });
  const auto second = Open([](std::string_view) { return "2"; });
  EXPECT_NE(first->path(), second->path());
  const int client = Connect(*second);
  Send(client, "x\n");
  EXPECT_EQ(Rest(client), "2");
}

TEST_F(InspectorSocketTest, GarbageIsCutOff) {
  int calls = 0;
  const auto socket = Open([&calls](std::string_view) {
    ++calls;
    return "answer";
  });
  const int endless = Connect(*socket);  // A line that never ends.
  Send(endless, std::string(InspectorSocket::kRequestBytesMax, 'x'));
  EXPECT_EQ(Rest(endless), "");
  const int binary = Connect(*socket);
  Send(binary, std::string("\0\xff\n", 3));
  EXPECT_EQ(Rest(binary), "answer");
  const int silent = Connect(*socket);
  shutdown(silent, SHUT_WR);
  EXPECT_EQ(Rest(silent), "");
  EXPECT_EQ(calls, 1);
}

TEST_F(InspectorSocketTest, ClientsThatDoNothingHoldUpNeitherOthersNorTheEnd) {
  const std::string large(8 << 20, 'x');
  auto socket = Open([&large](std::string_view request) { return request == "large" ? large : std::string("small"); });
  const int never_reads = Connect(*socket);
  Send(never_reads, "large\n");
  const int never_asks = Connect(*socket);
  const int client = Connect(*socket);
  Send(client, "x\n");
  EXPECT_EQ(Rest(client), "small");
  socket.reset();  // Returns although two clients are connected.
  EXPECT_EQ(Rest(never_asks), "");
  EXPECT_LT(Rest(never_reads).size(), large.size());
}

TEST_F(InspectorSocketTest, MoreClientsThanPlacesAreServedOneAfterAnother) {
  const auto socket = Open([](std::string_view) { return "answer"; });
  std::vector<int> silent;
  for (size_t i = 0; i < InspectorSocket::kClientsMax; ++i) silent.push_back(Connect(*socket));
  const int late = Connect(*socket);
  Send(late, "x\n");
  for (const int client : silent) shutdown(client, SHUT_RDWR);
  EXPECT_EQ(Rest(late), "answer");
}

TEST_F(InspectorSocketTest, AFolderOfOthersIsRefused) {
  const std::string folder = folder_ + "/manta";
  ASSERT_EQ(mkdir(folder.c_str(), 0700), 0);
  ASSERT_EQ(chmod(folder.c_str(), 0755), 0);
  const auto open = InspectorSocket::Open(executor_, clock_, [](std::string_view) { return ""; });
  EXPECT_EQ(open.status().code(), absl::StatusCode::kPermissionDenied) << open.status();
  ASSERT_EQ(rmdir(folder.c_str()), 0);
  ASSERT_EQ(symlink("/tmp", folder.c_str()), 0);
  const auto link = InspectorSocket::Open(executor_, clock_, [](std::string_view) { return ""; });
  EXPECT_EQ(link.status().code(), absl::StatusCode::kPermissionDenied) << link.status();
  ASSERT_EQ(unlink(folder.c_str()), 0);
}

TEST_F(InspectorSocketTest, WhatAKilledProcessLeftIsReplaced) {
  std::string next;  // The name after this one.
  {
    const auto socket = Open([](std::string_view) { return ""; });
    const size_t dash = socket->path().rfind('-');
    const int number = std::atoi(socket->path().c_str() + dash + 1);
    next = Concat(socket->path().substr(0, dash + 1), number + 1, ".sock");
  }
  FILE* const file = fopen(next.c_str(), "w");
  ASSERT_NE(file, nullptr);
  fclose(file);
  const auto socket = Open([](std::string_view) { return "alive"; });
  EXPECT_EQ(socket->path(), next);
  const int client = Connect(*socket);
  Send(client, "x\n");
  EXPECT_EQ(Rest(client), "alive");
}

TEST_F(InspectorSocketTest, AProcessOfTheSameNumberIsLeftAlone) {
  const auto first = Open([](std::string_view) { return "first"; });
  const size_t dash = first->path().rfind('-');
  const int number = std::atoi(first->path().c_str() + dash + 1);
  // Under the name that comes next, somebody answers.
  const std::string next = Concat(first->path().substr(0, dash + 1), number + 1, ".sock");
  ASSERT_EQ(rename(first->path().c_str(), next.c_str()), 0);
  const auto second = Open([](std::string_view) { return "second"; });
  EXPECT_NE(second->path(), next);
  EXPECT_EQ(unlink(next.c_str()), 0);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
