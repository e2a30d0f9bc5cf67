package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"hotwash/reports/text"
)

// commands is the command table, in the order that help lists them.
func commands() []*command {
	return []*command{
		newAnalyze(),
		newDrill(),
		newSimulate(),
		newTest(),
		newRulesList(),
		newRulesLint(),
		newRulesSQL(),
		newRulesExplain(),
		newTimeline(),
		newQuery(),
		newReport(),
		newExport(),
		newEvidenceReceive(),
		newEvidenceShow(),
		newEvidenceVerify(),
		newScenariosList(),
		newScenariosShow(),
		newSourcesList(),
		newVersion(),
	}
}

// run is the program: it returns its exit code and exits nothing itself.
func run(ctx context.Context, args []string, std stdio) int {
	std.command = append([]string{"hotwash"}, args...)
	std.out = text.ForTerminal(std.out)
	err := dispatch(ctx, args, std)
	if err != nil {
		explain(std, err)
	}
	return int(exitCode(err))
}

// dispatch finds the command and runs it. A panic is an internal error: the Go
// runtime would end with 2, which means something else here.
func dispatch(ctx context.Context, args []string, std stdio) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fail(internal, "this is a bug; the case keeps what was stored", "panic: %v", v)
			fmt.Fprintf(std.err, "%s", debug.Stack())
		}
	}()
	switch {
	case len(args) == 0:
		return misuse("hotwash --help lists the commands", "no command given")
	case args[0] == "--version":
		args = []string{"version"}
	case args[0] == "help" || args[0] == "--help" || args[0] == "-h":
		return help(std.out, args[1:])
	}
	c, rest, err := find(args)
	if err != nil {
		return err
	}
	return c.invoke(ctx, std, rest)
}

// find is the command with the longest name that the arguments begin with.
func find(args []string) (*command, []string, error) {
	var found *command
	words := 0
	for _, c := range commands() {
		name := strings.Fields(c.name)
		if len(name) > words && len(args) >= len(name) && slices.Equal(args[:len(name)], name) {
			found, words = c, len(name)
		}
	}
	if found == nil {
		return nil, nil, unknownCommand(args)
	}
	return found, args[words:], nil
}

func unknownCommand(args []string) error {
	var names, group []string
	for _, c := range commands() {
		names = append(names, c.name)
		if strings.HasPrefix(c.name, args[0]+" ") {
			group = append(group, "hotwash "+c.name)
		}
	}
	if len(group) > 0 {
		return misuse("say "+strings.Join(group, " or "), "%s is not a command by itself", args[0])
	}
	hint := "hotwash --help lists the commands"
	if near := nearest(strings.Join(args[:min(2, len(args))], " "), names); near != "" {
		hint = "did you mean hotwash " + near + "?"
	} else if near := nearest(args[0], names); near != "" {
		hint = "did you mean hotwash " + near + "?"
	}
	return misuse(hint, "no command %q", args[0])
}

// help prints the help of a command, or the list of all.
func help(w io.Writer, args []string) error {
	if len(args) > 0 {
		c, _, err := find(args)
		if err != nil {
			return err
		}
		return c.help(w)
	}
	_, err := io.WriteString(w, overview())
	return err
}

// overview is what the program is for, and its commands.
func overview() string {
	var b strings.Builder
	b.WriteString(`hotwash reads exported logs, reconstructs what happened, checks what was detected,
and writes the review. It works offline, on one machine.

usage: hotwash COMMAND [arguments] [flags]

Commands:
`)
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-17s %s\n", c.name, c.short)
	}
	b.WriteString(`
hotwash COMMAND --help tells more of one. Results go to standard output, everything
else to standard error. hotwash.yml in the current folder, or --config FILE, holds
what is the same each time; flags win. Of the environment only SOURCE_DATE_EPOCH is
looked at, which dates the examination log; nothing is printed in color.

Example:
  $ hotwash analyze evidence

Exit codes, the first that holds of 130, 5, 2, 3, 1, 4:
`)
	for _, x := range codes {
		fmt.Fprintf(&b, "  %-4d %s\n", x.code, x.text)
	}
	return b.String()
}
