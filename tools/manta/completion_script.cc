#include "tools/manta/completion_script.h"

#include <utility>
#include <vector>

#include "core/base/text.h"

namespace manta::tool {
namespace {

struct Word {
  std::string text;
  std::string summary;
  bool takes_value = false;
};

// One command: the words that lead to it, and what may follow.
struct Node {
  std::string path;  // "manta plugins list"
  std::vector<Word> commands;
  std::vector<Word> options;
  bool takes_files = false;
};

Word OptionWord(const CLI::Option& option) {
  return {.text = "--" + option.get_lnames().front(),
          .summary = option.get_description(),
          .takes_value = option.get_items_expected_max() > 0};
}

void AddNodes(const CLI::App& command, const std::string& path, std::vector<Node>& nodes) {
  Node node;
  node.path = path;
  const auto all = [](const CLI::App*) { return true; };
  for (const CLI::App* sub : command.get_subcommands(all)) {
    node.commands.push_back({.text = sub->get_name(), .summary = sub->get_description()});
  }
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_lnames().empty()) node.options.push_back(OptionWord(*option));
    if (option->get_positional()) node.takes_files = true;
  }
  nodes.push_back(std::move(node));
  for (const CLI::App* sub : command.get_subcommands(all)) AddNodes(*sub, path + " " + sub->get_name(), nodes);
}

std::vector<Node> NodesOf(const CLI::App& root) {
  std::vector<Node> nodes;
  AddNodes(root, root.get_name(), nodes);
  return nodes;
}

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

// In single quotes for bash and zsh, where nothing in them means anything.
std::string ShellQuoted(const std::string& text) { return "'" + Replaced(text, "'", "'\\''") + "'"; }

// In single quotes for fish, which knows two escapes in them.
std::string FishQuoted(const std::string& text) {
  return "'" + Replaced(Replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

// The words that take a value, or those that take none, as _describe of zsh wants them.
std::string ZshDescribed(const std::vector<Word>& words, bool take_value) {
  std::string lines;
  for (const Word& word : words) {
    if (word.takes_value != take_value) continue;
    lines += Concat("        ",
                    ShellQuoted(word.text + (take_value ? "=" : "") + ":" + Replaced(word.summary, ":", "\\:")), "\n");
  }
  return lines;
}

std::string Joined(const Node& node) {
  std::string words;
  for (const Word& word : node.commands) words += word.text + " ";
  for (const Word& word : node.options) words += word.text + (word.takes_value ? "= " : " ");
  if (!words.empty()) words.pop_back();
  return words;
}

}  // namespace

std::string BashCompletion(const CLI::App& root) {
  std::string script =
      "# bash completion for manta; made by: manta completion bash\n"
      "_manta() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} path=manta words= files= index\n"
      "  COMPREPLY=()\n"
      "  for ((index = 1; index < COMP_CWORD; index++)); do\n"
      "    case \"$path ${COMP_WORDS[index]}\" in\n";
  const std::vector<Node> nodes = NodesOf(root);
  for (const Node& node : nodes) {
    if (node.path != root.get_name()) script += Concat("      '", node.path, "') path='", node.path, "' ;;\n");
  }
  script +=
      "    esac\n"
      "  done\n"
      "  if [[ $current == '=' || ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then\n"
      "    COMPREPLY=($(compgen -f -- \"${current#=}\"))\n"
      "    return\n"
      "  fi\n"
      "  case $path in\n";
  for (const Node& node : nodes) {
    script += Concat("    '", node.path, "') words='", Joined(node), "'", node.takes_files ? " files=1" : "", " ;;\n");
  }
  script +=
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  [[ -n $files && $current != -* ]] && COMPREPLY+=($(compgen -f -- \"$current\"))\n"
      "  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null\n"
      "  return 0\n"
      "}\n"
      "complete -o filenames -F _manta manta\n";
  return script;
}

std::string ZshCompletion(const CLI::App& root) {
  std::string script =
      "#compdef manta\n"
      "# zsh completion for manta; made by: manta completion zsh\n"
      "_manta() {\n"
      "  local manta_path=manta manta_files= index\n"
      "  local -a manta_words manta_values\n"
      "  for ((index = 2; index < CURRENT; index++)); do\n"
      "    case \"$manta_path ${words[index]}\" in\n";
  const std::vector<Node> nodes = NodesOf(root);
  for (const Node& node : nodes) {
    if (node.path != root.get_name()) script += Concat("      '", node.path, "') manta_path='", node.path, "' ;;\n");
  }
  script +=
      "    esac\n"
      "  done\n"
      "  if [[ ${words[CURRENT]} == --*=* ]]; then\n"
      "    compset -P '*='\n"
      "    _files\n"
      "    return\n"
      "  fi\n"
      "  case $manta_path in\n";
  for (const Node& node : nodes) {
    script +=
        Concat("    '", node.path, "')\n      manta_words=(\n", ZshDescribed(node.commands, false),
               ZshDescribed(node.options, false), "      )\n      manta_values=(\n", ZshDescribed(node.options, true),
               "      )\n", node.takes_files ? "      manta_files=1\n" : "", "      ;;\n");
  }
  script +=
      "  esac\n"
      "  _describe manta manta_words -- manta_values -S ''\n"  // A value follows its = without a space.
      "  [[ -n $manta_files && ${words[CURRENT]} != -* ]] && _files\n"
      "}\n"
      "if [[ ${funcstack[1]} == _manta ]]; then _manta \"$@\"; else compdef _manta manta; fi\n";
  return script;
}

std::string FishCompletion(const CLI::App& root) {
  std::string script =
      "# fish completion for manta; made by: manta completion fish\n"
      "function __manta_path\n"
      "  set -l path manta\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    switch \"$path $word\"\n"
      "      case";
  const std::vector<Node> nodes = NodesOf(root);
  for (const Node& node : nodes) {
    if (node.path != root.get_name()) script += " " + FishQuoted(node.path);
  }
  script +=
      "\n"
      "        set path \"$path $word\"\n"
      "    end\n"
      "  end\n"
      "  echo $path\n"
      "end\n"
      "complete -c manta -f\n";
  for (const Node& node : nodes) {
    const std::string begin =
        Concat("complete -c manta -n \"test (__manta_path | string collect) = '", node.path, "'\"");
    for (const Word& word : node.commands)
      script += Concat(begin, " -a ", word.text, " -d ", FishQuoted(word.summary), "\n");
    for (const Word& word : node.options) {
      script += Concat(begin, " -l ", word.text.substr(2), word.takes_value ? " -r -F" : "", " -d ",
                       FishQuoted(word.summary), "\n");
    }
    if (node.takes_files) script += begin + " -F\n";
  }
  return script;
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
