// Scopeway is the command beside the library:
//
//	go run github.com/scopeway/scopeway/cmd/scopeway help
package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// command is one subcommand. It writes its result to out and returns an error
// in one line that names what is wrong, what was got and what to write; an [exit]
// where it has codes of its own.
type command struct {
	summary string
	run     func(arguments []string, out io.Writer) error
}

// commands are all subcommands by name. Each is in a file of its name.
var commands = map[string]command{
	"build":   {"compile the authorizer, for a synth without Go", buildFunction},
	"explain": {"say what the authorizer decides about a token, and why", explainRequests},
	"openapi": {"write the OpenAPI document of a synthesised API", exportOpenAPI},
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		if text := err.Error(); text != "" {
			fmt.Fprintln(os.Stderr, "scopeway: "+text)
		}
		os.Exit(exitCode(err))
	}
}

func run(arguments []string, out io.Writer) error {
	if len(arguments) == 0 || arguments[0] == "help" || arguments[0] == "-h" || arguments[0] == "--help" {
		return help(out)
	}
	c, known := commands[arguments[0]]
	if !known {
		return fmt.Errorf("command, is unknown, got %q, write one of %q or help", arguments[0], slices.Sorted(maps.Keys(commands)))
	}
	return c.run(arguments[1:], out)
}

func help(out io.Writer) error {
	text := "usage: scopeway <command> [flags]\n\n"
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		text += fmt.Sprintf("  %-10s %s\n", name, commands[name].summary)
	}
	_, err := io.WriteString(out, text+"\n\"scopeway <command> -h\" lists a command's flags.\n")
	return err
}
