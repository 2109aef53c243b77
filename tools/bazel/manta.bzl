"""manta_plugin(): one rule makes a plugin's library, its single export, its config schema and its conformance test."""

_PROTO_SUFFIX = "_config_proto"
_CC_PROTO_SUFFIX = "_config_cc_proto"

def manta_plugin(
        name,
        srcs,
        interface,
        config_proto = None,
        hdrs = [],
        deps = [],
        conformance = True,
        conformance_config = None,
        conformance_failures = [],
        conformance_inner = [],
        visibility = None,
        **kwargs):
    """Makes lib<name>.so, a plugin for the Manta kernel, and <name>_conformance_test.

    The test gives the library to //tests/conformance:<interface>. Options of the suite go through Bazel:
    --test_arg=--slow, --test_arg=--seed=7, --test_filter=LifeCycle.*.

    Args:
      name: the plugin's short name; the library is lib<name>.so, and `name` stands for it.
      srcs: its sources; one of them holds MANTA_PLUGIN.
      interface: the interface it implements: "object_store", "eviction", "scheduler", "serializer" or
        "ref_counter".
      config_proto: a .proto file with its config message, if it has one. It must say
        `option optimize_for = LITE_RUNTIME;`: full protobuf code in two plugins of one process ends that process.
      hdrs: headers of its own.
      deps: further libraries; they are linked statically and stay invisible outside.
      conformance: whether there is a suite for the interface. False only until its suite is in the tree.
      conformance_config: a file with the slot (manta.config.v1.PluginSlot, text) for the conformance test to use, in
        place of the plugin's defaults.
      conformance_failures: for plugins that are broken on purpose, to test the suite: the tests that fail, all of them.
        The conformance test passes when exactly they do. See tools/bazel/expect_failures.
      conformance_inner: plugins for its inner roles, for the conformance test to find. (Eviction policies need none: the
        suite has one.)
      visibility: as usual.
      **kwargs: for the cc_binary that is the library (testonly, tags, ...).
    """
    common = {k: v for k, v in kwargs.items() if k in ["testonly", "tags", "target_compatible_with"]}
    srcs = srcs + hdrs
    deps = deps + [
        Label("//core/interface:" + interface),
        Label("//core/plugin:export"),
    ]
    if config_proto:
        native.proto_library(name = name + _PROTO_SUFFIX, srcs = [config_proto], **common)
        native.cc_proto_library(name = name + _CC_PROTO_SUFFIX, deps = [":" + name + _PROTO_SUFFIX], **common)
        _schema(name, **common)
        srcs = srcs + [":%s_schema.cc" % name]
        deps = deps + [
            ":" + name + _CC_PROTO_SUFFIX,
            "@com_google_protobuf//:protobuf_lite",
        ]
    script = Label("//tools/bazel:plugin.lds")
    native.cc_binary(
        name = "lib%s.so" % name,
        srcs = srcs,
        additional_linker_inputs = [script],
        copts = ["-fvisibility=hidden"] + kwargs.pop("copts", []),
        # -z defs finds missing symbols when linking; clang's sanitizer runtimes leave some to the program.
        linkopts = ["-Wl,--version-script=$(location %s)" % script] + select({
            str(Label("//tools/bazel:clang")): [],
            "//conditions:default": ["-Wl,-z,defs"],
        }) + kwargs.pop("linkopts", []),
        linkshared = True,
        linkstatic = True,
        visibility = visibility,
        deps = deps,
        **kwargs
    )
    native.alias(name = name, actual = "lib%s.so" % name, visibility = visibility, **common)
    if conformance:
        plugin_conformance_test(
            name = name + "_conformance_test",
            config = conformance_config,
            failures = conformance_failures,
            inner = conformance_inner,
            interface = interface,
            library = ":lib%s.so" % name,
            **{k: v for k, v in common.items() if k != "testonly"}
        )

def plugin_conformance_test(name, library, interface, plugin = "", config = None, failures = [], inner = [], **kwargs):
    """Gives a library to //tests/conformance:<interface>: one of several plugins in it, or one more config.

    Args:
      name: the test's name.
      library: the .so.
      interface: as manta_plugin's.
      plugin: which plugin of the library, by its full name; needed when there are several of the interface.
      config: as manta_plugin's conformance_config.
      failures: as manta_plugin's conformance_failures.
      inner: as manta_plugin's conformance_inner.
      **kwargs: for the test (args, tags, ...).
    """
    _conformance_test(
        name = name,
        config = config,
        failures = failures,
        inner = inner,
        library = library,
        plugin = plugin,
        suite = Label("//tests/conformance:" + interface),
        **kwargs
    )

def _schema(name, **common):
    """Puts the config proto's descriptors, with those of its imports, into <name>_schema.cc."""
    embed = Label("//tools/bazel:embed_schema")
    _descriptor_set(name = name + "_descriptor_set", proto = ":" + name + _PROTO_SUFFIX, **common)
    native.genrule(
        name = name + "_schema",
        srcs = [":%s_descriptor_set" % name],
        outs = [name + "_schema.cc"],
        cmd = "$(execpath %s) $< $@" % embed,
        tools = [embed],
        **common
    )

def _descriptor_set_impl(ctx):
    """Joins the descriptor sets of a proto and of all it imports: sets in a row are one set, as protobuf defines."""
    out = ctx.actions.declare_file(ctx.label.name + ".pb")
    sets = ctx.attr.proto[ProtoInfo].transitive_descriptor_sets
    arguments = ctx.actions.args()
    arguments.add(out)
    arguments.add_all(sets)
    ctx.actions.run_shell(
        inputs = sets,
        outputs = [out],
        arguments = [arguments],
        command = "out=$1; shift; cat \"$@\" > \"$out\"",
        mnemonic = "MantaDescriptorSet",
    )
    return [DefaultInfo(files = depset([out]))]

_descriptor_set = rule(
    implementation = _descriptor_set_impl,
    attrs = {"proto": attr.label(mandatory = True, providers = [ProtoInfo])},
)

def _conformance_test_impl(ctx):
    """Writes a script that runs the suite; paths are relative to where Bazel starts tests and `bazel run` targets."""
    command = []
    files = [ctx.file.library]
    if ctx.attr.failures:
        command += [ctx.file._expect_failures.short_path, ",".join(ctx.attr.failures)]
        files.append(ctx.file._expect_failures)
    command += [ctx.executable.suite.short_path, ctx.file.library.short_path]
    if ctx.attr.plugin:
        command.append("--plugin=" + ctx.attr.plugin)
    if ctx.file.config:
        command.append("--config=" + ctx.file.config.short_path)
        files.append(ctx.file.config)
    for plugin in ctx.files.inner:
        command.append("--plugin_path=" + plugin.short_path.rpartition("/")[0])
        files.append(plugin)
    script = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        output = script,
        content = "#!/bin/sh\nexec %s \"$@\"\n" % " ".join(["'%s'" % word for word in command]),
        is_executable = True,
    )
    runfiles = ctx.runfiles(files = files)
    for target in [ctx.attr.suite, ctx.attr.library]:
        runfiles = runfiles.merge(target[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = script, runfiles = runfiles)]

_conformance_test = rule(
    implementation = _conformance_test_impl,
    attrs = {
        "config": attr.label(allow_single_file = True),
        "failures": attr.string_list(),
        "inner": attr.label_list(allow_files = [".so"]),
        "library": attr.label(mandatory = True, allow_single_file = True),
        "plugin": attr.string(),
        "suite": attr.label(mandatory = True, executable = True, cfg = "target"),
        "_expect_failures": attr.label(
            allow_single_file = True,
            default = Label("//tools/bazel:expect_failures"),
        ),
    },
    test = True,
)

# SPDX-License-Identifier: Apache-2.0
