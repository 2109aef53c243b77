"""install_tree(): what an installed Manta is made of, and where each file goes. static_archive(): libraries as one .a."""

# The Abseil modules whose types stand in public headers: pkg-config and CMake learn them from here.
_ABSL_MODULES = ["status", "statusor", "strings"]

# Says for each file of the tree: mode, path below the prefix, path below the runfiles folder.
_LINE = "{mode} {dest} {source}\n"

def _add(ctx, tree, mode, dest, file):
    """Puts a file into `tree`, a dictionary from path below the prefix to (mode, file)."""
    if dest.endswith("/"):
        dest += file.basename
    if " " in dest or " " in file.short_path:
        fail("%s: no spaces in installed paths" % file.short_path)
    if dest in tree:
        fail("%s would be installed twice: %s, %s" % (dest, tree[dest][1].short_path, file.short_path))
    tree[dest] = (mode, file)

def _runfiles_path(ctx, file):
    return file.short_path[3:] if file.short_path.startswith("../") else ctx.workspace_name + "/" + file.short_path

def _install_tree_impl(ctx):
    tree = {}

    # Headers keep their path: #include "core/interface/object_store.h" is right before and after installing.
    headers = {header.short_path: header for header in ctx.files.headers}
    for dep in ctx.attr.headers_of:
        for header in dep[CcInfo].compilation_context.headers.to_list():
            headers[header.short_path] = header
    for path, header in headers.items():
        _add(ctx, tree, "0644", "include/manta/" + path, header)
    version_header = headers.get("api/version.h")
    if not version_header:
        fail("api/version.h must be one of the headers: it names the version")

    for mode, targets in [("0644", ctx.attr.files), ("0755", ctx.attr.programs)]:
        for target, dest in targets.items():
            for file in target[DefaultInfo].files.to_list():
                _add(ctx, tree, mode, dest, file)
    for template, dest in ctx.attr.templates.items():
        _add(ctx, tree, "0644", dest, _configured(ctx, template.files.to_list()[0], version_header))

    manifest = ctx.actions.declare_file(ctx.label.name + ".txt")
    ctx.actions.write(manifest, "".join([
        _LINE.format(mode = tree[dest][0], dest = dest, source = _runfiles_path(ctx, tree[dest][1]))
        for dest in sorted(tree)
    ]))
    return [DefaultInfo(
        files = depset([manifest]),
        runfiles = ctx.runfiles(files = [manifest] + [file for _, file in tree.values()]),
    )]

def _configured(ctx, template, version_header):
    """Fills a template: @version@ from api/version.h, the rest from this file and from how the library is built."""

    # Who links against an instrumented library must be instrumented alike: the fingerprint says so at run time, and
    # these flags make it so when building.
    sanitize = [flag for flag in ctx.fragments.cpp.copts if flag.startswith("-fsanitize=")]
    toolchain = ctx.attr._cc_toolchain[cc_common.CcToolchainInfo]
    compiler = "clang++" if "clang" in toolchain.compiler else "g++"
    values = {
        "absl_cmake": " ".join(["absl::" + module for module in _ABSL_MODULES]),
        "absl_pc": ", ".join(["absl_" + module for module in _ABSL_MODULES]),
        "compiler": compiler,
        # -z defs finds missing symbols when linking; clang's sanitizer runtimes leave some to the program.
        "plugin_defs": "" if compiler == "clang++" else "-Wl,-z,defs",
        "sanitize": " ".join(sanitize),
    }
    out = ctx.actions.declare_file(template.basename[:-len(".in")])
    arguments = ctx.actions.args()
    arguments.add_all([template, version_header, out])
    for name, value in values.items():
        arguments.add("s|@%s@|%s|g" % (name, value))
    ctx.actions.run_shell(
        inputs = [template, version_header],
        outputs = [out],
        arguments = [arguments],
        command = """
            template=$1 version_header=$2 out=$3; shift 3
            version=$(sed -n 's/.*kVersion = "\\(.*\\)".*/\\1/p' "$version_header")
            [ -n "$version" ] || { echo "$version_header holds no kVersion" >&2; exit 1; }
            script="s|@version@|$version|g"
            for line; do script="$script;$line"; done
            sed "$script" "$template" > "$out"
            ! grep -n '@[a-z_]*@' "$out" || { echo "$template has a name that install_tree.bzl does not know" >&2; exit 1; }
        """,
        mnemonic = "MantaConfigure",
    )
    return out

install_tree = rule(
    implementation = _install_tree_impl,
    attrs = {
        "files": attr.label_keyed_string_dict(allow_files = True, doc = "What -> path, or folder with \"/\" at its end."),
        "headers": attr.label_list(allow_files = [".h"], doc = "Headers, installed under include/manta."),
        "headers_of": attr.label_list(providers = [CcInfo], doc = "Libraries all of whose headers are installed."),
        "programs": attr.label_keyed_string_dict(allow_files = True, doc = "As `files`, but executable."),
        "templates": attr.label_keyed_string_dict(allow_files = [".in"], doc = "As `files`, but filled in before."),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def _static_archive_impl(ctx):
    objects = []
    for dep in ctx.attr.deps:
        for given in dep[CcInfo].linking_context.linker_inputs.to_list():
            for library in given.libraries:
                objects.extend(library.pic_objects or library.objects or [])
    objects = depset(objects)
    arguments = ctx.actions.args()
    arguments.add(ctx.outputs.out)
    arguments.add_all(objects)
    ctx.actions.run_shell(
        inputs = objects,
        outputs = [ctx.outputs.out],
        arguments = [arguments],
        command = "ar rcsD \"$@\"",
        mnemonic = "MantaArchive",
    )
    return [DefaultInfo(files = depset([ctx.outputs.out]))]

_static_archive = rule(
    implementation = _static_archive_impl,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "out": attr.output(mandatory = True),
    },
)

def static_archive(name, deps):
    """Makes the static library `name` ("libx.a") of the objects of all libraries below `deps`, position-independent."""
    _static_archive(name = name + "_archive", out = name, deps = deps)

# SPDX-License-Identifier: Apache-2.0
