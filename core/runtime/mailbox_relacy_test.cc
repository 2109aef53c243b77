// Senders of whom one at a time holds the turn and empties the mailbox.
#include <cstdint>

#include "core/runtime/mailbox.h"
#include "gtest/gtest.h"
#include "tests/support/relacy_atomics.h"

namespace manta {
namespace {

constexpr uint64_t kSome = 50'000;

// Each thread sends its nodes, in order; who is given the turn takes all and gives it up. Afterwards every node was
// taken once, each sender's in order, and never did two hold the turn.
template <class Atomics, unsigned kSenders, unsigned kEach>
struct Senders : rl::test_suite<Senders<Atomics, kSenders, kEach>, kSenders> {
  struct Node {
    Node* next = nullptr;
    unsigned sender = 0;
    unsigned number = 0;
    typename Atomics::template Plain<uint64_t> content{0};
  };

  Mailbox<Node, Atomics> mailbox;
  Node nodes[kSenders][kEach];
  typename Atomics::template Plain<uint64_t> holder{0};  // Found out when two threads touch it at once.
  unsigned taken[kSenders] = {};

  void before() {}

  void Serve() {
    do {
      holder.Set(holder.Get() + 1);
      for (Node* node = mailbox.TakeAll(); node != nullptr;) {
        Node* const next = node->next;
        RelacyCheck(node->number == taken[node->sender]);
        RelacyCheck(node->content.Get() == node->number + 100);
        ++taken[node->sender];
        node = next;
      }
    } while (!mailbox.TryIdle());
  }

  void thread(unsigned index) {
    for (unsigned i = 0; i < kEach; ++i) {
      Node& node = nodes[index][i];
      node.sender = index;
      node.number = i;
      node.content.Set(i + 100);
      if (mailbox.Send(&node)) Serve();
    }
  }

  void after() {
    for (const unsigned count : taken) RelacyCheck(count == kEach);
    RelacyCheck(mailbox.TryTurn());
    RelacyCheck(mailbox.TakeAll() == nullptr);
  }
};

template <class Atomics>
using Small = Senders<Atomics, 2, 1>;
template <class Atomics>
using Larger = Senders<Atomics, 3, 3>;

TEST(MailboxRelacyTest, TwoSendersInAllOrders) { EXPECT_EQ(Explore<Small<RelacyAtomics>>(), ""); }

TEST(MailboxRelacyTest, ThreeSendersInSomeOrders) { EXPECT_EQ(ExploreSome<Larger<RelacyAtomics>>(kSome), ""); }

TEST(MailboxRelacyTest, WeakerOrdersAreFoundWrong) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_NE(ExploreSome<Larger<RelaxedAtomics>>(kSome), "");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
