// From argv to options: parsing, help, and sentences about what is wrong.
#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

#include "option_table.hpp"

namespace lockrec::cli {
namespace {

constexpr std::size_t kLeftColumn = 31;

// The whole text must be a plain decimal number: CLI11's own reading takes 0x10, and 010 as 8.
std::int64_t read_number(const std::string& text, const NumberOption& option) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc() || stopped != end || number < option.lowest || number > option.highest) {
    throw CLI::ValidationError(std::string(option.flag) + ": needs a whole number from " +
                               std::to_string(option.lowest) + " to " + std::to_string(option.highest));
  }
  return number;
}

std::int32_t read_log_level(const std::string& text) {
  if (text == "error") return LOCKREC_LOG_ERROR;
  if (text == "warning") return LOCKREC_LOG_WARNING;
  if (text == "info") return LOCKREC_LOG_INFO;
  if (text == "debug") return LOCKREC_LOG_DEBUG;
  throw CLI::ValidationError("--log-level: needs error, warning, info or debug");
}

void add_texts(CLI::App& command, Options& options, const std::string& group) {
  for (const TextOption& option : text_options()) {
    if (group != option.group) continue;
    const auto store = [&options, &option](const std::string& text) {
      options.config.*option.field = options.texts.emplace_back(text).c_str();
    };
    command.add_option_function<std::string>(option.flag, store, option.help)
        ->type_name(option.value_name)
        ->group(option.group);
  }
}

void add_numbers(CLI::App& command, Options& options, const std::string& group) {
  for (const NumberOption& option : number_options()) {
    if (group != option.group) continue;
    const auto store = [&options, &option](const std::string& text) {
      options.config.*option.field = read_number(text, option);
    };
    command.add_option_function<std::string>(option.flag, store, option.help)
        ->type_name(option.value_name)
        ->group(option.group);
  }
}

void add_secret_file(CLI::App& command, const std::string& flag, std::string& path, const char* group,
                     const char* help) {
  const auto store = [&path, flag](const std::string& text) {
    if (text.empty()) throw CLI::ValidationError(flag + ": needs the name of a file");
    path = text;
  };
  command.add_option_function<std::string>(flag, store, help)->type_name("FILE")->group(group);
}

// What people will try: known, so that the sentence can say what to do, and refused before any value is looked at.
void add_refused(CLI::App& command, const std::string& flag, const std::string& instead) {
  const auto refuse = [flag, instead](const std::string&) {
    throw CLI::ValidationError(flag + ": every user of this machine can read a command's arguments: " + instead);
  };
  command.add_option_function<std::string>(flag, refuse)->expected(0, 1)->trigger_on_parse()->group("");
}

void add_rules(CLI::App& command, Options& options, Command kind) {
  const bool writes = kind == Command::reconcile;
  add_numbers(command, options, "Rules");
  command.add_flag("--dry-run", options.is_dry_run, writes ? "Look and report, write nothing" : "As always here")
      ->group(writes ? "Rules" : "");
  command.add_flag("--no-confirm", options.skips_confirm, "Don't read the sheet again before locks are made permanent")
      ->group(writes ? "Rules" : "");
  command
      .add_flag("--env", options.uses_environment,
                "What is not given comes from GOOGLE_SHEET_ID,\nGOOGLE_APPLICATION_CREDENTIALS_JSON,\n"
                "GOOGLE_APPLICATION_CREDENTIALS, REDIS_URL,\nHOJA_OPERACIONES_NOMBRE and TIMEZONE")
      ->group("Rules");
}

void add_output(CLI::App& command, Options& options, Command kind) {
  const bool writes = kind == Command::reconcile;
  command
      .add_flag("--json", options.prints_json, writes ? "The result as one JSON object" : "The steps as a JSON array")
      ->group("Output");
  if (writes) {
    command.add_flag("--rows", options.prints_rows, "Also every row that somebody occupies or that can't be read")
        ->group("Output");
  }
  const auto store = [&options](const std::string& text) { options.log_level = read_log_level(text); };
  command.add_option_function<std::string>("--log-level", store, "error, warning, info or debug, on stderr [warning]")
      ->type_name("LEVEL")
      ->group("Output");
  command.set_help_flag("-h,--help", "This text")->group("Output");
}

void add_options(CLI::App& command, Options& options, Command kind) {
  command.set_help_flag();  // added again at the end, where it is read last
  command.allow_extras();   // reported by report_extras, without their values
  add_texts(command, options, "Source");
  add_numbers(command, options, "Source");
  add_texts(command, options, "Google");
  add_secret_file(command, "--access-token-file", options.access_token_file, "Google",
                  "Instead of a key: a file or pipe with an access token");
  add_texts(command, options, "Redis");
  add_secret_file(command, "--redis-password-file", options.redis_password_file, "Redis",
                  "A file or pipe with the password");
  add_secret_file(command, "--sentinel-password-file", options.sentinel_password_file, "Redis",
                  "The same for the sentinels' own");
  add_rules(command, options, kind);
  add_output(command, options, kind);
  add_refused(command, "--access-token", "put the token into a file and give --access-token-file FILE");
  add_refused(command, "--redis-password",
              "put the password into a file and give --redis-password-file FILE, or the whole address into REDIS_URL "
              "and give --env");
  add_refused(command, "--sentinel-password", "put the password into a file and give --sentinel-password-file FILE");
  add_refused(command, "--credentials-json",
              "give the key's file with --credentials-file FILE, or put it into GOOGLE_APPLICATION_CREDENTIALS_JSON "
              "and give --env");
}

// CLI11 takes the next argument for the value of `--free-value=`: the empty value is given to it as an argument.
std::vector<std::string> arguments_reversed(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const bool is_emptied = argument.size() > 3 && argument.substr(0, 2) == "--" && argument.back() == '=' &&
                            argument.find('=') == argument.size() - 1;
    arguments.emplace_back(is_emptied ? argument.substr(0, argument.size() - 1) : argument);
    if (is_emptied) arguments.emplace_back();
  }
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
}

// An unknown argument may be a mistyped flag's secret, so only what looks like a flag is repeated.
void report_extras(const CLI::App& command) {
  const std::vector<std::string> extras = command.remaining();
  if (extras.empty()) return;
  for (const std::string& extra : extras) {
    if (extra.size() > 2 && extra.compare(0, 2, "--") == 0) {
      throw UsageError("there is no flag " + extra.substr(0, extra.find('=')));
    }
  }
  throw UsageError("an argument belongs to no flag; values follow their flag, as in --spreadsheet-id ID");
}

// CLI11's own sentences, where people would not understand them or where they repeat a value.
std::string sentence_for(const CLI::ParseError& error) {
  std::string sentence = error.what();
  const std::string flag = sentence.substr(0, sentence.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    return flag + (sentence.find("received") == std::string::npos ? ": needs a value" : ": is given more than once");
  }
  if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) return sentence;
  return "a flag has a value that it can't take: --dry-run, --no-confirm, --env, --json and --rows take none";
}

std::string seen_from(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? "lockrec --help" : "lockrec " + commands.front()->get_name() + " --help";
}

// CLI11 puts two empty lines between groups, and none over the usage.
std::string with_even_gaps(std::string text) {
  const std::size_t usage = text.find("\nUsage:");
  if (usage != std::string::npos) text.insert(usage, 1, '\n');
  for (std::size_t at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n", at)) text.erase(at, 1);
  return text;
}

}  // namespace

Command read_command_line(int argc, const char* const* argv, Options& into, std::string& text) {
  CLI::App app("Gives a service its Redis locks back at start-up, from a Google Sheet.", "lockrec");
  const auto formatter = std::make_shared<CLI::Formatter>();
  formatter->column_width(kLeftColumn);
  app.formatter(formatter);
  app.set_help_flag("-h,--help", "This text");
  app.allow_extras();
  app.require_subcommand(0, 1);
  app.set_version_flag(
      "--version", [] { return std::string("lockrec ") + lockrec_version(); }, "The version");
  app.footer(
      "Exit status: 0 done, 1 done in part, 2 usage or configuration, 3 deadline, 4 sheet,\n"
      "5 Redis, 6 internal, 130 cancelled.");
  CLI::App* const reconcile = app.add_subcommand("reconcile", "Restore the missing locks");
  CLI::App* const check = app.add_subcommand("check", "Say step by step what works and what does not; writes nothing");
  add_options(*reconcile, into, Command::reconcile);
  add_options(*check, into, Command::check);
  try {
    app.parse(arguments_reversed(argc, argv));
    if (app.get_subcommands().empty()) throw UsageError("say what to do: lockrec reconcile or lockrec check");
    report_extras(*app.get_subcommands().front());
    into.finish();
    return reconcile->parsed() ? Command::reconcile : Command::check;
  } catch (const CLI::CallForHelp&) {
    text = with_even_gaps(app.help());
  } catch (const CLI::CallForVersion& version) {
    text = std::string(version.what()) + "\n";
  } catch (const CLI::ParseError& error) {
    throw UsageError(sentence_for(error) + "\nlockrec: see " + seen_from(app));
  } catch (const UsageError& error) {
    throw UsageError(std::string(error.what()) + "\nlockrec: see " + seen_from(app));
  }
  return Command::nothing;
}

}  // namespace lockrec::cli
