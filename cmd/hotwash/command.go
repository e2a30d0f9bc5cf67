package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// command is one line of the command table.
type command struct {
	name    string // one or two words: "evidence show"
	args    string // what follows the name: "REF..."
	short   string // for the list of commands: a phrase
	long    string // for its own help: sentences
	example string // command lines without "hotwash"; executed by a test
	codes   []code // those besides 0, 2, 5 and 130 that it ends with
	flags   *pflag.FlagSet
	run     func(ctx context.Context, std stdio, args []string) error
}

// flagSet makes the flags of a command: they print nothing themselves and stand
// in help as they were declared.
func flagSet(name string) *pflag.FlagSet {
	fs := pflag.NewFlagSet(name, pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.SortFlags = false
	return fs
}

// invoke parses the arguments and runs the command.
func (c *command) invoke(ctx context.Context, std stdio, args []string) error {
	help := c.flags.BoolP("help", "h", false, "print this help")
	err := c.flags.Parse(args)
	switch {
	case errors.Is(err, pflag.ErrHelp), err == nil && *help:
		return c.help(std.out)
	case err != nil:
		return c.badFlag(err)
	}
	if err := c.emptyFlag(); err != nil {
		return err
	}
	return c.run(ctx, std, c.flags.Args())
}

// emptyFlag refuses a file or folder without a name: most likely a variable of a
// shell that was not set.
func (c *command) emptyFlag() (err error) {
	c.flags.Visit(func(f *pflag.Flag) {
		what, _ := pflag.UnquoteUsage(f)
		if f.Value.Type() == "string" && f.Value.String() == "" && (what == "DIR" || what == "FILE") {
			err = misuse("hotwash "+c.name+" --help lists its flags", "flag --%s needs a value: %s", f.Name, what)
		}
	})
	return err
}

// help prints what there is to know of the command.
func (c *command) help(w io.Writer) error {
	_, err := io.WriteString(w, c.manual())
	return err
}

func (c *command) manual() string {
	var b strings.Builder
	fmt.Fprintf(&b, "usage: %s\n\n%s\n", c.usage(), c.long)
	if flags := c.flags.FlagUsagesWrapped(90); flags != "" {
		fmt.Fprintf(&b, "\nFlags:\n%s", flags)
	}
	fmt.Fprintf(&b, "\nExample:\n")
	for line := range strings.Lines(c.example) {
		fmt.Fprintf(&b, "  $ hotwash %s\n", strings.TrimSpace(line))
	}
	fmt.Fprintf(&b, "\nExit codes:\n")
	for _, x := range codes {
		if slices.Contains([]code{done, misused, internal, interrupted}, x.code) || slices.Contains(c.codes, x.code) {
			fmt.Fprintf(&b, "  %-4d %s\n", x.code, x.text)
		}
	}
	return b.String()
}

func (c *command) usage() string {
	return strings.Join(slices.DeleteFunc([]string{"hotwash", c.name, c.args, "[flags]"}, func(s string) bool { return s == "" }), " ")
}

// badFlag turns an error of the flags into one with a way out.
func (c *command) badFlag(err error) error {
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	see := "hotwash " + c.name + " --help lists its flags"
	switch {
	case errors.As(err, &unknown):
		name := "--" + unknown.GetSpecifiedName()
		if s := unknown.GetSpecifiedShortnames(); s != "" {
			name = "-" + unknown.GetSpecifiedName()
		}
		if near := nearest(unknown.GetSpecifiedName(), c.flagNames()); near != "" {
			see = "did you mean --" + near + "? " + see
		}
		return misuse(see, "%s has no flag %s", c.name, name)
	case errors.As(err, &bare):
		value, _ := pflag.UnquoteUsage(bare.GetFlag())
		return misuse(see, "flag --%s needs a value: %s", bare.GetFlag().Name, value)
	case errors.As(err, &wrong):
		return misuse(see, "flag --%s %q: %w", wrong.GetFlag().Name, wrong.GetValue(), wrong.Unwrap())
	}
	return misuse(see, "%w", err)
}

func (c *command) flagNames() []string {
	var names []string
	c.flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// need checks the number of arguments; most 0 means any number.
func need(args []string, least, most int, what string) error {
	switch {
	case len(args) < least:
		return misuse("", "no %s given", what)
	case most > 0 && len(args) > most:
		return misuse("", "too many arguments: %q", args[most:])
	}
	return nil
}

// none refuses arguments.
func none(args []string) error {
	if len(args) > 0 {
		return misuse("", "takes no arguments, but flags: %q", args)
	}
	return nil
}
