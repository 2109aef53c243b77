#!/usr/bin/env python3
"""Merges C++ coverage for `bazel coverage`: gcov's JSON files to one lcov file per test, and those to one report.

As @remote_coverage_tools//:lcov_merger it reads the *.gcov.json.gz files below --coverage_dir and keeps the sources that
--source_file_manifest lists. As :coverage_report_generator it adds up the files that --reports_file lists. Either way it
writes --output_file.
"""

import argparse
import collections
import gzip
import json
import pathlib


def read_gcov(coverage_dir, manifest):
    """Returns source -> line -> hits, for the sources in the manifest (all of them, if there is none)."""
    wanted = set(pathlib.Path(manifest).read_text().split()) if manifest else None
    hits = collections.defaultdict(collections.Counter)
    for path in pathlib.Path(coverage_dir).rglob("*.gcov.json.gz"):
        for source in json.loads(gzip.decompress(path.read_bytes()))["files"]:
            if wanted is None or source["file"] in wanted:
                for line in source["lines"]:
                    hits[source["file"]][line["line_number"]] += line["count"]
    return hits


def read_lcov(reports_file):
    """Returns source -> line -> hits, summed over the lcov files that reports_file lists."""
    hits = collections.defaultdict(collections.Counter)
    for name in pathlib.Path(reports_file).read_text().split():
        source = None
        for record in pathlib.Path(name).read_text().splitlines():
            if record.startswith("SF:"):
                source = record[3:]
            elif record.startswith("DA:"):
                line, count = record[3:].split(",")[:2]
                hits[source][int(line)] += int(count)
    return hits


def write_lcov(hits, output_file):
    with open(output_file, "w", encoding="utf-8") as out:
        for source in sorted(hits):
            lines = hits[source]
            out.write(f"SF:{source}\n")
            for line in sorted(lines):
                out.write(f"DA:{line},{lines[line]}\n")
            out.write(f"LH:{sum(1 for count in lines.values() if count)}\nLF:{len(lines)}\nend_of_record\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--coverage_dir")
    parser.add_argument("--source_file_manifest")
    parser.add_argument("--reports_file")
    parser.add_argument("--output_file", required=True)
    options, _ = parser.parse_known_args()
    if options.reports_file:
        hits = read_lcov(options.reports_file)
    else:
        hits = read_gcov(options.coverage_dir, options.source_file_manifest)
    write_lcov(hits, options.output_file)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
