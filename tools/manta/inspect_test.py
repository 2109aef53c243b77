"""tools/manta/inspect_test.py -- looks with the built command into programs that run, end, and are killed."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import unittest

MANTA = ""  # The command, and a program to look into: set by main.
PROGRAM = ""
SOURCE = ""  # Of that program.
TRACED = (
    "--manta_set=ref_counter { name: 'manta.ref_counter.tracing' typed_config {"
    " [type.googleapis.com/manta.plugins.ref_counter.tracing.v1.TracingCounterConfig] { observe_one_in: 1 } } }"
)
SAMPLED = TRACED.replace("observe_one_in: 1 ", "observe_one_in: 1000000000 ")  # That is, of a short program nothing.
OK, BAD, USAGE, FAILED = 0, 1, 2, 3


class InspectTest(unittest.TestCase):
    def setUp(self):
        # Paths of sockets are short: the test's own folder may not be.
        self.folder = tempfile.mkdtemp(prefix="mi", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.folder)
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("MANTA_", "COLUMNS"))}
        self.env["XDG_RUNTIME_DIR"] = self.folder
        self.sockets = os.path.join(self.folder, "manta")

    def start(self, *words, stderr=None):
        program = subprocess.Popen(
            [PROGRAM, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env=self.env, text=True
        )
        self.addCleanup(self.stop, program)
        self.assertEqual(program.stdout.readline(), "ready\n")
        return program

    @staticmethod
    def stop(program):
        if program.poll() is None:
            program.kill()
        program.wait()
        for stream in (program.stdin, program.stdout, program.stderr):
            if stream is not None:
                stream.close()

    def manta(self, *words, code=OK):
        done = subprocess.run(
            [MANTA, *words], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == OK else done.stderr

    def json(self, *words):
        return json.loads(self.manta(*words, "--json"))

    def names(self):
        return os.listdir(self.sockets) if os.path.isdir(self.sockets) else []

    def test_a_program_that_runs(self):
        program = self.start()
        (name,) = self.names()
        self.assertTrue(name.startswith(f"{program.pid}-"), name)
        info = os.lstat(os.path.join(self.sockets, name))
        self.assertTrue(stat.S_ISSOCK(info.st_mode))
        self.assertEqual(stat.S_IMODE(info.st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.lstat(self.sockets).st_mode), 0o700)

        (row,) = self.json("ps")["programs"]
        self.assertEqual(
            (row["pid"], row["program"], row["state"], row["actors"]), (str(program.pid), "inspected", "running", 1)
        )
        self.assertEqual(row["pending"], 6)  # Two tasks, and four calls.

        tasks = self.json("tasks", "--pid", str(program.pid))
        rows = {row["name"]: row for row in tasks["tasks"]}
        self.assertEqual(tasks["running"], 2)
        self.assertEqual(rows["staying"]["state"], "running")
        self.assertEqual(rows["the sum"]["state"], "waiting")
        self.assertIn("staying (running)", rows["the sum"]["because"])
        self.assertIn("inspected.cc:", rows["the sum"]["submitted_at"])
        self.assertIn("the sum", self.manta("tasks"))

        (actor,) = self.json("actors")["actors"]
        self.assertEqual(
            (actor["name"], actor["registered_name"], actor["state"], actor["queued"]), ("clerk", "the_clerk", "busy", 3)
        )
        self.assertIn("runs", actor["because"])

        objects = self.json("objects")
        self.assertGreaterEqual(objects["living"], 7)
        large = objects["objects"][0]
        self.assertGreaterEqual(large["bytes"], 1_000_000)
        self.assertIn("vector", large["type"] or "vector")  # Strict programs have it in the store, where it is bytes.

        metrics = self.manta("metrics")
        self.assertIn('words_found_total{file="a.txt"} 17\n', metrics)
        self.assertIn("manta_tasks_pending 6\n", metrics)
        values = {row["name"]: row["value"] for row in self.json("metrics")["metrics"]}
        self.assertEqual(values["manta_actors"], 1)

        events = json.loads(self.manta("timeline"))["traceEvents"]
        unfinished = [event["name"] for event in events if event["args"].get("unfinished")]
        self.assertIn("staying", unfinished)

        out, _ = program.communicate("end\n")
        self.assertEqual((out, program.returncode), ("1 3\n", 0))
        self.assertEqual(self.names(), [])
        self.assertEqual(self.json("ps"), {"programs": []})
        self.assertIn("no Manta program", self.manta("tasks", code=BAD))

    def test_a_program_that_was_killed_is_told_once(self):
        program = self.start("idle")
        program.send_signal(signal.SIGKILL)
        program.communicate()
        self.assertEqual(len(self.names()), 1)
        self.assertIn("no Manta program", self.manta("tasks", code=BAD))
        (row,) = self.json("ps")["programs"]
        self.assertEqual((row["pid"], row["state"], row["pending"]), (str(program.pid), "gone", None))
        self.assertEqual(self.names(), [])
        self.assertEqual(self.json("ps"), {"programs": []})

    def test_several_programs_are_told_apart(self):
        first, second = self.start("idle"), self.start("idle")
        self.assertEqual({row["pid"] for row in self.json("ps")["programs"]}, {str(first.pid), str(second.pid)})
        self.assertIn("say --pid, one of", self.manta("tasks", code=BAD))
        self.assertEqual(self.json("tasks", "--pid", str(second.pid))["pid"], second.pid)
        self.assertIn("ps` lists", self.manta("tasks", "--pid", "1", code=BAD))

    def test_a_program_that_does_not_want_it(self):
        self.start("idle", "--manta_inspector=false")
        self.assertEqual(self.names(), [])
        self.assertIn("--manta_inspector=false", self.manta("ps") + self.manta("tasks", code=BAD))

    def test_a_folder_that_cannot_be_is_no_reason_to_stop(self):
        os.chmod(self.folder, 0o700)
        with open(self.sockets, "w", encoding="utf-8") as file:
            file.write("")
        program = self.start("idle")
        program.communicate("end\n")
        self.assertEqual(program.returncode, 0)

    def test_hostile_clients_harm_nobody(self):
        program = self.start()
        (name,) = self.names()
        clients = []
        for words in (b"x" * 300, b"\xff\0\n", b"tasks 99999999999999999999999\n", b"timeline\n", b""):
            client = socket.socket(socket.AF_UNIX)
            self.addCleanup(client.close)
            client.connect(os.path.join(self.sockets, name))
            client.sendall(words)
            clients.append(client)
        self.assertEqual(self.json("tasks")["running"], 2)
        out, _ = program.communicate("end\n")  # While they are connected, and have read nothing.
        self.assertEqual((out, program.returncode), ("1 3\n", 0))

    def test_watch_ends_with_the_program(self):
        program = self.start("idle")
        watch = subprocess.Popen(
            [MANTA, "tasks", "--watch", "--interval=0.1"], env=self.env, stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(self.stop, watch)
        self.assertIn("pending 0", watch.stdout.readline())
        self.assertIn("pending 0", watch.stdout.readline())
        program.communicate("end\n")
        watch.communicate()
        self.assertEqual(watch.returncode, OK)

    def test_memory_of_a_program_that_does_not_observe(self):
        self.start("--manta_native_values=PREFER")
        memory = self.json("memory")
        self.assertEqual(memory["observed_one_in"], 0)
        self.assertGreaterEqual(memory["memory"][0]["bytes"], 1_000_000)
        self.assertIn("--manta_ref_counter=manta.ref_counter.tracing", self.manta("memory"))
        self.assertIn("observes no object", self.manta("memory", "--object", "abc", code=BAD))
        self.assertIn("is no id", self.manta("memory", "--object", "xyz", code=USAGE))

    def test_memory_by_call_site(self):
        program = self.start(TRACED)
        self.assertEqual(program.poll(), None)
        memory = self.json("memory")
        self.assertEqual(memory["observed_one_in"], 1)
        places = {row["made_at"]: row for row in memory["memory"]}
        with open(SOURCE, encoding="utf-8") as file:
            line = 1 + file.read().split("\n").index("  const auto large = manta::Put(std::vector<int>(250'000));")
        row = places[f"inspected.cc:{line}"]
        self.assertEqual((row["objects"], row["references"], row["suspected"]), (1, 1, ""))
        self.assertGreaterEqual(row["bytes"], 1_000_000)
        self.assertEqual(row["held"], f"1 by main (inspected.cc:{line})")
        path = self.json("memory", "--object", row["example"])
        self.assertEqual((path["made_by"], path["made_at"]), ("main", f"inspected.cc:{line}"))
        self.assertEqual([step["what"] for step in path["path"]], ["is held by main"])
        self.assertIn(f"inspected.cc:{line}", self.manta("memory", "--limit=3"))

    def test_what_keeps_an_object_and_what_grows(self):
        program = self.start("keep", TRACED, "--manta_native_values=NEVER")
        inner, outer = program.stdout.readline().split()
        path = self.json("memory", "--object", inner)["path"]
        self.assertEqual([step["what"] for step in path], [f"lies in object {outer}", "is held by main"])
        self.assertIn(f"lies in object {outer}", self.manta("memory", "--object", inner))
        suspected, lines = [], []
        for _ in range(1000):  # What grows has to do so for a second.
            program.stdin.write("more\n")
            program.stdin.flush()
            self.assertEqual(program.stdout.readline(), "kept\n")
            suspected = [row for row in self.json("memory")["memory"] if row["suspected"]]
            # Both looks have to fall into a time in which it grows, and on a busy machine it stands still between them.
            lines = [line for line in self.manta("memory").splitlines() if "grows" in line] if suspected else []
            if lines:
                break
        (row,) = suspected
        (told,) = lines
        with open(SOURCE, encoding="utf-8") as file:
            text = "    growing.push_back(manta::Put(static_cast<int>(growing.size())));"
            line = 1 + file.read().split("\n").index(text)
        self.assertEqual((row["suspected"], row["made_at"]), ("grows", f"inspected.cc:{line}"))
        self.assertGreaterEqual(row["objects"], 9)
        self.assertIn(row["made_at"], told)

    def test_what_is_known_since_it_escaped_stands_for_no_others(self):
        program = self.start("keep", SAMPLED, "--manta_native_values=NEVER")
        inner, outer = program.stdout.readline().split()
        memory = self.json("memory")
        self.assertEqual((memory["observed_one_in"], memory["observed"]), (1_000_000_000, 0))
        self.assertEqual((memory["living"], memory["memory"]), (2, []))
        path = self.json("memory", "--object", inner)
        self.assertEqual((path["made_by"], path["made_at"]), ("(not known)", "(not known)"))
        self.assertEqual([step["what"] for step in path["path"]], [f"lies in object {outer}, which is not observed"])

    def test_what_tasks_leave_behind_is_named_at_the_end(self):
        program = self.start("leak", TRACED, stderr=subprocess.PIPE)
        _, errors = program.communicate("end\n")
        self.assertEqual(program.returncode, 0)
        leaks = [line for line in errors.splitlines() if "memory.leaked" in line]
        self.assertEqual(len(leaks), 2, errors)
        with open(SOURCE, encoding="utf-8") as file:
            lines = file.read().split("\n")
        for text in ("  left_own = manta::Put(value);", "  auto given = manta::Put(2);"):
            self.assertIn(f"made_at=inspected.cc:{1 + lines.index(text)} ", errors)
        for words in (("leak",), (TRACED,)):
            program = self.start(*words, stderr=subprocess.PIPE)
            _, errors = program.communicate("end\n")
            self.assertNotIn("memory.leaked", errors)

    def test_actors_that_keep_each_other_are_named(self):
        cycle = "actor 1 (one) -> actor 2 (other) -> actor 1 (one)"
        program = self.start("cycle", TRACED, stderr=subprocess.PIPE)
        memory = self.json("memory")
        self.assertEqual(memory["actor_cycles"], [{"cycle": cycle, "actors": 2, "other_handles": 0}])
        self.assertIn(f"cycle of actor handles: {cycle}\n", self.manta("memory"))
        self.assertEqual({row["number"]: row["name"] for row in self.json("actors")["actors"]}, {1: "one", 2: "other"})
        _, errors = program.communicate("end\n")
        self.assertEqual(program.returncode, 0)
        (line,) = [line for line in errors.splitlines() if "memory.actor_cycle" in line]
        self.assertIn(f'cycle="{cycle}" actors=2 hint=', line)
        program = self.start("cycle", stderr=subprocess.PIPE)  # Nobody looks.
        self.assertEqual(self.json("memory")["actor_cycles"], [])
        _, errors = program.communicate("end\n")
        self.assertNotIn("memory.actor_cycle", errors)

    def test_a_timeline_at_the_end(self):
        path = os.path.join(self.folder, "timeline.json")
        program = self.start(f"--manta_timeline={path}")
        program.communicate("end\n")
        with open(path, encoding="utf-8") as file:
            events = json.load(file)["traceEvents"]
        slices = {event["name"]: event for event in events if event["ph"] == "X"}
        self.assertLessEqual({"staying", "the sum"}, set(slices))
        for event in events:
            self.assertLessEqual({"ph", "pid", "tid", "name", "args"}, set(event))
            if event["ph"] == "X":
                self.assertGreaterEqual(event["ts"], 0)
                self.assertGreaterEqual(event["dur"], 0)
        # A task runs after the one that it waits for.
        self.assertGreaterEqual(slices["the sum"]["ts"], slices["staying"]["ts"] + slices["staying"]["dur"])
        threads = {event["args"]["name"] for event in events if event["name"] == "thread_name"}
        self.assertTrue(any(name.startswith("worker ") for name in threads), threads)
        self.assertFalse(os.path.exists(path + ".part"))

    def test_a_timeline_that_cannot_be_written_is_told_at_the_start(self):
        done = subprocess.run(
            [PROGRAM, "idle", "--manta_timeline=/nowhere/timeline.json"],
            env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("/nowhere/timeline.json", done.stderr)


if __name__ == "__main__":
    MANTA, PROGRAM, SOURCE = (os.path.abspath(path) for path in sys.argv[1:4])
    unittest.main(argv=sys.argv[:1])

# SPDX-License-Identifier: Apache-2.0
