"""whole_library(): libraries of which a shared library takes every object, whether something refers to it or not.

A linker takes from static libraries only what is asked for, and libmanta.so itself asks for nothing: programs do, later.
"""

def _whole_library_impl(ctx):
    toolchain = ctx.attr._cc_toolchain[cc_common.CcToolchainInfo]
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    merged = cc_common.merge_cc_infos(cc_infos = [dep[CcInfo] for dep in ctx.attr.deps])
    inputs = []
    for given in merged.linking_context.linker_inputs.to_list():
        libraries = []
        for library in given.libraries:
            archive = library.pic_static_library or library.static_library
            if not archive:
                fail("%s brings a library without a static archive" % given.owner)
            libraries.append(cc_common.create_library_to_link(
                actions = ctx.actions,
                alwayslink = True,
                cc_toolchain = toolchain,
                feature_configuration = features,
                pic_static_library = archive,
            ))
        inputs.append(cc_common.create_linker_input(
            owner = ctx.label,
            additional_inputs = depset(given.additional_inputs),
            libraries = depset(libraries),
            user_link_flags = depset(given.user_link_flags),
        ))
    return [CcInfo(
        compilation_context = merged.compilation_context,
        linking_context = cc_common.create_linking_context(linker_inputs = depset(inputs, order = "topological")),
    )]

whole_library = rule(
    implementation = _whole_library_impl,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

# SPDX-License-Identifier: Apache-2.0
