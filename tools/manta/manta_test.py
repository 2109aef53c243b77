"""tools/manta/manta_test.py -- runs the built command as a user does, with good words and bad ones."""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

MANTA = ""  # The command, and a good library: set by main.
LIBRARY = ""
BROKEN_POLICY = ""  # Breaks the contract of its interface, in one thing.
BAD_CONSTRUCTOR = ""  # Dies when it is loaded.
OK, BAD, USAGE, FAILED = 0, 1, 2, 3
COMMANDS = "plugins, config, ps, tasks, actors, objects, memory, metrics, timeline, replay, completion"


class Done:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


def manta(*words, cwd=None, env=None, **kwargs):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MANTA_", "COLUMNS"))}
    environment.update(env or {})
    done = subprocess.run(
        [MANTA, *words], cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, **kwargs
    )
    return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


class MantaTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="manta_test")
        self.addCleanup(folder.cleanup)
        self.folder = os.path.realpath(folder.name)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def expect(self, done, code, out="", err=""):
        """The exit code; `out` and `err` are parts of the output, "" for an empty one."""
        said = f"exit code {done.code}\n{done.out}\n{done.err}"
        self.assertEqual(done.code, code, said)
        for wanted, got in ((out, done.out), (err, done.err)):
            for words in [wanted] if isinstance(wanted, str) else wanted:
                self.assertIn(words, got, said)
            if wanted == "":
                self.assertEqual(got, "", said)

    # Words.

    def test_version(self):
        done = manta("--version")
        self.expect(done, OK, "fingerprint ")
        self.assertRegex(done.out, r"\Amanta \d+\.\d+\.\d+\nplugins: ABI \d+\.\d+, fingerprint \S+/\S+/\S+/\S+\n\Z")

    def test_help_at_every_level(self):
        for words in (
            (),
            ("plugins",),
            ("plugins", "list"),
            ("plugins", "check"),
            ("config",),
            ("config", "check"),
            ("config", "show"),
            ("ps",),
            ("tasks",),
            ("actors",),
            ("objects",),
            ("memory",),
            ("metrics",),
            ("timeline",),
            ("replay",),
            ("completion",),
            ("completion", "bash"),
            ("completion", "zsh"),
            ("completion", "fish"),
        ):
            for flag in ("--help", "-h"):
                with self.subTest(words + (flag,)):
                    self.expect(
                        manta(*words, flag),
                        OK,
                        ["Usage: manta" + "".join(" " + word for word in words), "Examples:\n", "Exit codes: 0 ok; 1 "],
                    )

    def test_examples_in_help_are_understood(self):
        """Each `manta ...` line that help shows names commands and options that exist."""
        for words in (
            (),
            ("plugins",),
            ("plugins", "list"),
            ("plugins", "check"),
            ("config",),
            ("config", "check"),
            ("config", "show"),
            ("ps",),
            ("tasks",),
            ("actors",),
            ("objects",),
            ("memory",),
            ("metrics",),
            ("timeline",),
            ("replay",),
        ):
            for example in re.findall(r"^  manta ([^\n]*)", manta(*words, "--help").out, re.MULTILINE):
                with self.subTest(example):
                    self.assertNotEqual(manta(*example.replace("'", "").split(" ")[:2], "--help").code, USAGE)

    def test_missing_commands(self):
        self.expect(
            manta(),
            USAGE,
            "",
            f"manta: a command is missing; there are {COMMANDS} (see manta --help)\n",
        )
        self.expect(manta("plugins"), USAGE, "", "manta plugins: a command is missing; there are list, check")

    def test_did_you_mean(self):
        for words, sentence in (
            (("plugin", "list"), 'manta: no command "plugin"; did you mean "plugins"? (see manta --help)\n'),
            (("plugins", "lst"), 'manta plugins: no command "lst"; did you mean "list"? (see manta plugins --help)\n'),
            (
                ("frobnicate",),
                f'manta: no command "frobnicate"; there are {COMMANDS} (see manta --help)\n',
            ),
            (
                ("plugins", "list", "--jsn"),
                'manta plugins list: no option "--jsn"; did you mean "--json"? (see manta plugins list --help)\n',
            ),
            (("--versoin",), 'manta: no option "--versoin"; did you mean "--version"? (see manta --help)\n'),
            (("plugins", "list", "-x"), 'manta plugins list: no option "-x" (see manta plugins list --help)\n'),
            (("plugins", "--json", "list"), 'manta plugins: no option "--json" (see manta plugins --help)\n'),
            (
                ("plugins", "list", "more"),
                'manta plugins list: there is no place for the argument "more" (see manta plugins list --help)\n',
            ),
            (
                ("plugins", "list", "--manta_set=x"),
                'manta plugins list: no option "--manta_set" (see manta plugins list --help)\n',
            ),
            (
                ("completion", "tcsh"),
                'manta completion: no command "tcsh"; there are bash, zsh, fish (see manta completion --help)\n',
            ),
            (("",), f'manta: no command ""; there are {COMMANDS} (see manta --help)\n'),
            (("config", "check"), "manta config check: file is required (see manta config check --help)\n"),
            (("plugins", "check", LIBRARY, "--seed=x"), "manta plugins check: "),
        ):
            with self.subTest(words):
                done = manta(*words)
                self.expect(done, USAGE, "", sentence)
                self.assertEqual(done.err.count("\n"), 1)

    # plugins list

    def test_list(self):
        done = manta("plugins", "list")
        self.expect(done, OK, ["name ", "manta.object_store.heap", "object_store 1", "cache,subscribe", "libheap.so", "serializer 1"])
        self.assertNotIn("\x1b", done.out)

    def test_list_as_json(self):
        done = manta("plugins", "list", "--json")
        self.expect(done, OK, "{")
        listed = json.loads(done.out)
        self.assertEqual(list(listed), ["plugins", "refused"])
        heap = next(plugin for plugin in listed["plugins"] if plugin["name"] == "manta.object_store.heap")
        self.assertEqual(
            list(heap),
            [
                "name",
                "interface",
                "interface_version",
                "status",
                "capabilities",
                "summary",
                "config_type",
                "inner",
                "library",
                "fingerprint",
            ],
        )
        self.assertEqual(
            (heap["interface"], heap["interface_version"], heap["capabilities"]),
            ("object_store", 1, ["cache", "subscribe"]),
        )
        self.assertEqual(heap["inner"][0]["role"], "eviction")
        self.assertTrue(os.path.isabs(heap["library"]))
        self.assertIn(heap["fingerprint"], manta("--version").out)

    def test_refused_libraries_are_listed_with_reasons(self):
        self.write("libtext.so", "text")
        self.write('lib"odd\n\xff.so', "")
        done = manta("plugins", "list", "--plugin_path=" + self.folder)
        self.expect(done, OK, ["manta.object_store.heap", "refused", "libtext.so", "is no ELF file"])
        listed = json.loads(manta("plugins", "list", "--json", "--plugin_path", self.folder).out)
        self.assertEqual(len(listed["refused"]), 2)
        refused = next(entry for entry in listed["refused"] if entry["library"].endswith("libtext.so"))
        self.assertEqual(list(refused), ["library", "code", "reason"])
        self.assertEqual(refused["code"], "INVALID_ARGUMENT")

    def test_plugin_path_takes_several_folders_and_relative_ones(self):
        for name in ("one", "two", "three"):
            os.mkdir(os.path.join(self.folder, name))
            self.write(f"{name}/lib{name}.so", "text")
        words = ("plugins", "list", "--json", "--plugin_path=one:two", "--plugin_path=three")
        refused = json.loads(manta(*words, cwd=self.folder).out)["refused"]
        self.assertEqual(
            sorted(os.path.basename(entry["library"]) for entry in refused), ["libone.so", "libthree.so", "libtwo.so"]
        )
        # Under `bazel run` the user's folder is not the process's.
        done = manta(*words, cwd="/", env={"BUILD_WORKING_DIRECTORY": self.folder})
        self.assertEqual(json.loads(done.out)["refused"], refused)
        done = manta("plugins", "list", "--json", cwd=self.folder, env={"MANTA_PLUGIN_PATH": "two"})
        self.assertEqual(len(json.loads(done.out)["refused"]), 1)

    def test_a_plugin_path_that_is_none(self):
        self.write("file", "")
        self.expect(manta("plugins", "list", "--plugin_path=/nowhere"), BAD, "", ["--plugin_path", "/nowhere"])
        self.expect(manta("plugins", "list", "--plugin_path=" + self.folder + "/file"), BAD, "", "file")
        self.expect(
            manta("plugins", "list", env={"MANTA_PLUGIN_PATH": "/nowhere"}), BAD, "", ["MANTA_PLUGIN_PATH", "/nowhere"]
        )

    # plugins check

    def test_check_of_a_good_plugin(self):
        done = manta("plugins", "check", LIBRARY)
        self.expect(done, OK, ["check ", "door: fits this kernel", "ok", "EvictionErrors: ", "liblru.so: good, "])
        self.assertNotIn("FAIL", done.out)
        self.assertEqual(done.out.count("door: "), 5)
        self.assertGreater(done.out.count("Eviction"), 20)

    def test_check_of_the_door_only(self):
        done = manta("plugins", "check", LIBRARY, "--door_only")
        self.expect(done, OK, ["door: manifest", "good, 5 checks, 0 of them"])
        self.assertNotIn("EvictionErrors", done.out)

    def test_check_without_the_suites(self):
        folder = os.path.join(self.folder, "tree", "core", "plugin")
        os.makedirs(folder)
        probe = os.path.join(os.environ["TEST_SRCDIR"], "manta", "core", "plugin", "manta_probe")
        os.symlink(probe, os.path.join(folder, "manta_probe"))
        env = {"RUNFILES_DIR": self.folder}  # Is looked into first: it has the probe, and nothing beside it.
        self.expect(
            manta("plugins", "check", LIBRARY, env=env),
            FAILED,
            ["door: manifest", "good, 5 checks, 0 of them"],
            "there is no conformance suite for eviction beside this command; install all of Manta, or check with"
            " --door_only",
        )
        self.expect(manta("plugins", "check", LIBRARY, "--door_only", env=env), OK, "good, 5 checks")
        # A library that is bad is bad, whatever could not be looked at.
        self.expect(manta("plugins", "check", BAD_CONSTRUCTOR, env=env), BAD, "1 of 4 checks failed\n")

    def test_check_of_what_is_no_plugin(self):
        text = self.write("libtext.so", "not an ELF file")
        for path, words in (
            (text, "is no ELF file"),
            (self.write("libempty.so", ""), "FAIL"),
            (self.folder, "is a directory"),
            (self.folder + "/gone.so", "No such file"),
            ("/dev/null", "not a regular file"),
            (MANTA, "door: note"),
        ):
            with self.subTest(path):
                self.expect(manta("plugins", "check", path), BAD, ["FAIL", words, " checks failed\n"])
        self.expect(manta("plugins", "check", ""), USAGE, "", "the library's path is empty")

    def test_check_of_a_library_that_others_may_write(self):
        path = os.path.join(self.folder, "libopen.so")
        shutil.copy(LIBRARY, path)
        os.chmod(path, 0o666)
        self.expect(manta("plugins", "check", path), BAD, ["door: file and folders", "FAIL", "chmod"])

    def test_check_of_a_plugin_that_breaks_its_contract(self):
        done = manta("plugins", "check", BROKEN_POLICY)
        self.expect(done, BAD, ["door: manifest", "--seed=1", " checks failed\n"])
        # Details come first, then one table; the other sentences still hold.
        self.assertRegex(done.out, r"EvictionErrors: insert of an entry is already exists +FAIL\n")
        self.assertRegex(done.out, r"EvictionLimits: an entry may have no bytes +ok\n")
        self.assertLess(done.out.index("FAIL EvictionErrors"), done.out.index("door: note"))
        self.assertEqual(done.out.count("\ncheck "), 1)
        self.expect(manta("plugins", "check", BROKEN_POLICY, "--door_only"), OK, "good")

    def test_check_of_a_library_that_dies_when_loaded(self):
        done = manta("plugins", "check", BAD_CONSTRUCTOR)
        self.expect(done, BAD, ["door: loads in a probe", "FAIL", "1 of 4 checks failed\n"])

    def test_check_with_a_config_that_is_wrong(self):
        done = manta("plugins", "check", LIBRARY, "--config=" + self.folder + "/gone.textproto")
        self.assertEqual(done.code, BAD)
        self.assertIn("FAIL", done.out)
        self.assertIn("gone.textproto", done.err)

    # config

    def test_config_check_of_a_good_file(self):
        path = self.write("good.textproto", 'object_store { name: "manta.object_store.heap" }\n')
        done = manta("config", "check", path)
        self.expect(
            done,
            OK,
            ["good.textproto: good\n", "  object_store: manta.object_store.heap\n", "  object_store.eviction: ", "  serializer: "],
        )
        self.expect(
            manta("config", "check", "good.textproto", cwd="/", env={"BUILD_WORKING_DIRECTORY": self.folder}),
            OK,
            "good",
        )

    def test_config_check_names_the_place_and_what_is_near(self):
        self.write(
            "bad.textproto",
            (
                'object_store {\n  name: "manta.object_store.heap"\n  typed_config {\n   '
                " [type.googleapis.com/manta.plugins.object_store.heap.v1.HeapStoreConfig] { capasity_bytes: 1 }\n "
                " }\n}\n"
            ),
        )
        self.expect(
            manta("config", "check", "bad.textproto", cwd=self.folder),
            BAD,
            "",
            ["bad.textproto:4:", 'no field "capasity_bytes"', 'did you mean "capacity_bytes"?'],
        )
        self.write("name.textproto", 'object_store { name: "manta.object_store.heep" }\n')
        self.expect(
            manta("config", "check", "name.textproto", cwd=self.folder),
            BAD,
            "",
            ["name.textproto:1:", 'did you mean "manta.object_store.heap"?'],
        )

    def slot(self, slot, plugin, config, fields):
        """Config text of a slot; its fields begin on line 4."""
        return (
            f'{slot} {{\n  name: "{plugin}" typed_config {{\n    [type.googleapis.com/manta.plugins.{config}] {{\n'
            f"{fields}\n    }}\n  }}\n}}\n"
        )

    def test_config_check_asks_the_plugins(self):
        store, eviction = "manta.object_store.heap", "manta.eviction.s3_fifo"
        self.write("store.textproto", self.slot("object_store", store, "object_store.heap.v1.HeapStoreConfig", "  capacity_bytes: 0"))
        done = manta("config", "check", "store.textproto", cwd=self.folder)
        self.expect(done, BAD, "", "capacity_bytes")
        self.assertEqual(
            done.err,
            f"store.textproto:4:19: object_store: plugin {store}: capacity_bytes is 0, at least 1 is wanted: leave it out "
            "for 1 GiB\n",
        )
        policy = self.slot("value", eviction, "eviction.s3_fifo.v1.S3FifoConfig", "small_percent: 0")
        self.write("policy.textproto", 'object_store { inner { key: "eviction"\n' + policy + "} }\n")
        done = manta("config", "check", "policy.textproto", cwd=self.folder)
        self.expect(done, BAD, "", "small_percent")
        self.assertEqual(
            done.err,
            f"policy.textproto:5:16: object_store.eviction: plugin {eviction}: S3FifoConfig.small_percent is 0: set it to 1 "
            "to 99\n",
        )
        for name in ("store.textproto", "policy.textproto"):
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                good = self.write("good.textproto", file.read().replace(": 0", ": 7"))
            self.expect(manta("config", "check", good), OK, "good")

    def test_config_check_leaves_the_disk_as_it_is(self):
        spill, dead = os.path.join(self.folder, "spill"), os.path.join(self.folder, "manta-spill-0123456789abcdef")
        os.mkdir(dead)  # As a store leaves it that was killed: the next store that starts there removes it.
        for file in ("owner", "objects-1"):
            self.write(os.path.join(dead, file), "")

        def there():
            return sorted((os.path.join(path, name)) for path, _, names in os.walk(self.folder) for name in names + [""])

        def check(directory, lines=""):
            text = self.slot(
                "object_store", "manta.object_store.tiered", "object_store.tiered.v1.TieredStoreConfig", f'directory: "{directory}"'
            )
            path = self.write("tiered.textproto", text + lines)
            before = there()
            done = manta("config", "check", "tiered.textproto", cwd=self.folder)
            self.assertEqual(there(), before)
            self.assertTrue(os.path.exists(path))
            return done

        self.expect(check(spill), OK, "  object_store: manta.object_store.tiered\n")
        self.expect(check(self.folder), OK, "good")
        self.expect(check(spill, "timeline: 'timeline.json'\n"), OK, "good")
        self.expect(check(spill + "/a/b"), BAD, "", ["tiered.textproto:4:12: object_store: plugin", "spill/a"])
        self.expect(check(os.path.join(dead, "owner")), BAD, "", "tiered.textproto:4:12: object_store: plugin")
        done = check(spill, "timeline: 'gone/timeline.json'\n")
        self.expect(done, BAD, "", 'tiered.textproto:8:11: timeline: cannot write "')

    def test_config_check_of_what_is_no_config(self):
        with open(os.path.join(self.folder, "bytes"), "wb") as file:
            file.write(bytes(range(256)))
        for path, words in (("gone", "gone"), (".", "regular file"), ("bytes", "not UTF-8"), (LIBRARY, "liblru.so:1:")):
            with self.subTest(path):
                done = manta("config", "check", path, cwd=self.folder)
                self.expect(done, BAD, "", words)
                self.assertEqual(done.err.count("\n"), 1)
                self.assertNotIn("options.", done.err)
        self.expect(manta("config", "check", ""), USAGE, "", "path is empty")

    def test_config_check_judges_the_file_alone(self):
        path = self.write("good.textproto", "log_level: INFO\n")
        self.expect(
            manta("config", "check", path, env={"MANTA_LOG_LEVEL": "LOUD", "MANTA_SET": "nonsense"}), OK, "good"
        )

    def test_config_show_names_origins(self):
        path = self.write("node.textproto", "\nmemory_bytes_max: 1000000\n")
        done = manta("config", "show", path, "--manta_log_level=ERROR", env={"MANTA_SET": "memory_bytes_max: 2000000"})
        self.expect(
            done,
            OK,
            [
                "log_level: ERROR  # --manta_log_level",
                "memory_bytes_max: 2000000  # MANTA_SET",
                'name: "manta.object_store.heap"  # default',
            ],
        )
        done = manta("config", "show", "node.textproto", cwd=self.folder)
        self.expect(done, OK, "memory_bytes_max: 1000000  # node.textproto:2:19")
        self.expect(manta("config", "show", env={"MANTA_CONFIG": path}), OK, "memory_bytes_max: 1000000")

    def test_config_show_as_json(self):
        values = json.loads(manta("config", "show", "--json", "--manta_set=log_level: INFO").out)["values"]
        level = next(value for value in values if value["path"] == "log_level")
        self.assertEqual(level["value"], "INFO")
        self.assertIn("--manta_set", level["origin"])

    def test_what_config_show_prints_is_a_config(self):
        path = self.write("shown.textproto", manta("config", "show").out)
        self.expect(manta("config", "check", path), OK, "good")

    def test_config_show_explains_the_arguments(self):
        self.expect(manta("config", "show", "--manta_help"), OK, ["--manta_log_level", "MANTA_LOG_LEVEL"])

    def test_config_show_says_which_variables_are_misspelt(self):
        done = manta("config", "show", env={"MANTA_LOG_LEVLE": "INFO", "MANTA_OF_SOMEBODY_ELSE": "x"})
        self.expect(done, OK, "log_level: WARNING  # default", "MANTA_LOG_LEVLE")
        self.assertEqual(
            done.err, 'manta: there is no variable MANTA_LOG_LEVLE; did you mean "MANTA_LOG_LEVEL"?\n'
        )

    def test_config_show_of_wrong_settings(self):
        self.expect(manta("config", "show", "--manta_log_levl=INFO"), BAD, "", 'did you mean "--manta_log_level"?')
        self.expect(manta("config", "show", "--manta_set=log_level: LOUD"), BAD, "", ["--manta_set", "LOUD"])
        self.expect(manta("config", "show", ""), USAGE, "", "path is empty")
        self.expect(manta("config", "show", "gone.textproto"), BAD, "", "gone.textproto")

    # completion

    def complete(self, *words):
        """What bash offers for `manta <words>`, the last one being typed."""
        script = (
            manta("completion", "bash").out
            + '\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _manta; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(
            ["bash", "-uc", script, "bash", "manta", *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        self.assertEqual(done.stderr, "")
        return sorted(done.stdout.split())

    def test_replay_runs_the_program_with_the_seed(self):
        program = ("/bin/sh", "-c", 'echo "$MANTA_SEED $*"; exit 5', "sh", "--manta_x=1")
        self.expect(manta("replay", "--seed=18446744073709551615", "--", *program), 5, "18446744073709551615 --manta_x=1")
        self.expect(manta("replay", "--seed=7", "--", "/no/such/program"), FAILED, err="cannot start")
        self.expect(manta("replay", "--seed=many", "--", *program), USAGE, err="--seed")
        self.expect(manta("replay", "--seed=7"), USAGE, err="program")

    def test_bash_completion(self):
        self.write("libone.so", "")
        self.assertEqual(self.complete("pl"), ["plugins"])
        self.assertEqual(self.complete(""), ["--help", "--version"] + sorted(COMMANDS.split(", ")))
        self.assertEqual(self.complete("plugins", ""), ["--help", "check", "list"])
        self.assertEqual(self.complete("plugins", "list", "--j"), ["--json"])
        self.assertEqual(self.complete("plugins", "list", "--json", "--p"), ["--plugin_path="])
        self.assertEqual(self.complete("plugins", "check", "lib"), ["libone.so"])
        self.assertEqual(self.complete("plugins", "check", "--config", "=", "li"), ["libone.so"])
        self.assertEqual(self.complete("config", "check", "x"), [])
        self.assertEqual(self.complete("completion", ""), ["--help", "bash", "fish", "zsh"])

    def test_completion_scripts_are_made_for_each_shell(self):
        """Where zsh and fish are installed, which no list asks for, they read theirs."""
        for shell in ("bash", "zsh", "fish"):
            done = manta("completion", shell)
            self.expect(done, OK, ["plugins", "manta config show", "plugin_path"])
            if shutil.which(shell):
                subprocess.run([shell, "-n"], input=done.out, text=True, check=True)

    def test_zsh_completion_leaves_no_space_before_a_value(self):
        node = manta("completion", "zsh").out.split("'manta plugins list')\n      manta_words=")[1].split(";;")[0]
        words, values = node.split("manta_values=")
        self.assertIn("'--json:", words)
        self.assertIn("'--plugin_path=:", values)
        self.assertNotIn("=:", words)
        self.assertIn("_describe manta manta_words -- manta_values -S ''\n", manta("completion", "zsh").out)

    # Output.

    def in_terminal(self, *words, env=None):
        """What the command writes to a terminal."""
        leader, follower = pty.openpty()
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("MANTA_", "NO_COLOR"))}
        environment.update({"TERM": "xterm", "COLUMNS": "80"}, **(env or {}))
        with subprocess.Popen([MANTA, *words], stdin=subprocess.DEVNULL, stdout=follower, env=environment) as child:
            os.close(follower)
            out = b""
            while True:
                select.select([leader], [], [])
                try:
                    got = os.read(leader, 65536)
                except OSError:  # The last writer is gone.
                    break
                if not got:
                    break
                out += got
            self.assertEqual(child.wait(), 0)
        os.close(leader)
        return out.decode().replace("\r\n", "\n")

    def test_colours_are_for_terminals(self):
        self.assertIn("\x1b[1mname", self.in_terminal("plugins", "list"))
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\x1b", self.in_terminal("plugins", "list", env=env))
        self.assertIn("\x1b", self.in_terminal("plugins", "list", env={"NO_COLOR": ""}))

    def test_tables_fit_the_terminal(self):
        self.write("libtext.so", "text")
        for columns in (80, 100, 250):
            out = self.in_terminal(
                "plugins", "list", "--plugin_path=" + self.folder, env={"NO_COLOR": "1", "COLUMNS": str(columns)}
            )
            self.assertIn("manta.object_store.heap", out)
            self.assertLessEqual(max(map(len, out.splitlines())), columns, out)

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [MANTA, "plugins", "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        self.assertEqual(
            (done.returncode, done.stderr),
            (FAILED, "manta: cannot write to standard output: No space left on device; give it an open file\n"),
        )
        done = subprocess.run(
            ["bash", "-c", '"$0" plugins list >&-', MANTA], stderr=subprocess.PIPE, text=True, check=False
        )
        self.assertEqual(done.returncode, FAILED)
        self.assertIn("cannot write to standard output", done.stderr)

    def test_a_reader_that_goes_away_ends_the_command_quietly(self):
        reader, writer = os.pipe()
        os.close(reader)
        for restore in (True, False):  # Killed by SIGPIPE, or told by EPIPE where the caller ignores that signal.
            done = subprocess.run(
                [MANTA, "plugins", "list"], stdout=writer, stderr=subprocess.PIPE, check=False, restore_signals=restore
            )
            self.assertIn(done.returncode, (-signal.SIGPIPE, FAILED))
            self.assertEqual(done.stderr, b"")
        os.close(writer)

    def test_all_standard_descriptors_closed(self):
        done = subprocess.run(["bash", "-c", '"$0" --version <&- >&- 2>&-', MANTA], check=False)
        self.assertEqual(done.returncode, FAILED)

    def test_a_working_directory_that_is_gone(self):
        self.expect(
            manta("--version", env={"BUILD_WORKING_DIRECTORY": "/nowhere"}),
            FAILED,
            "",
            "BUILD_WORKING_DIRECTORY /nowhere",
        )


if __name__ == "__main__":
    MANTA, LIBRARY, BROKEN_POLICY, BAD_CONSTRUCTOR = (os.path.abspath(path) for path in sys.argv[1:5])
    unittest.main(argv=sys.argv[:1])

# SPDX-License-Identifier: Apache-2.0
