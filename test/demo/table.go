package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/test/internal/calls"
)

// row is a line of the table: a request, and what came of it.
type row struct {
	request, caller string
	answers         calls.Answers
}

// columns are the widths of the table's first columns; the last one is as wide
// as it has to be.
type columns [4]int

func (r row) cells() [5]string {
	return [5]string{r.request, r.caller, r.answers.HTTP, r.answers.REST, r.answers.Reason}
}

func (c columns) print(out io.Writer, mark string, r row) {
	cells := r.cells()
	fmt.Fprintf(out, "  %s ", mark)
	for i, width := range c {
		fmt.Fprint(out, pad(cells[i], width), "  ")
	}
	fmt.Fprintln(out, cells[len(c)])
}

var heading = row{"request", "caller", calls.Answers{HTTP: "HTTP", REST: "REST", Reason: "reason"}}

// sendAll runs the cases, prints a row for each as it comes back, and returns
// how many were not as expected.
func sendAll(ctx context.Context, out io.Writer, cases []calls.Case) (differ int) {
	widths := widthsOf(cases)
	part := ""
	for _, c := range cases {
		if c.Part != part {
			if part != "" {
				fmt.Fprintln(out)
			}
			part = c.Part
			fmt.Fprintf(out, "  To %s:\n\n", part)
			widths.print(out, " ", heading)
		}
		result := c.Run(ctx)
		if ctx.Err() != nil {
			return differ
		}
		got := row{c.Request, c.Caller, result.Got}
		if result.Err == nil {
			widths.print(out, "✓", got)
			continue
		}
		differ++
		widths.print(out, "✗", got)
		fmt.Fprintf(out, "      %v\n", result.Err)
	}
	fmt.Fprintf(out, "\n  %s the gateway answered by itself or from its cache, without the authorizer.\n", calls.NotAsked)
	fmt.Fprintln(out, "  An HTTP API answers 403 to every token that is refused. A REST API answers 401\n"+
		"  where another token could help; here, and only here, its answers are not cached.")
	return differ
}

// widthsOf are the widths for the rows as they should become.
func widthsOf(cases []calls.Case) (widths columns) {
	rows := []row{heading}
	for _, c := range cases {
		rows = append(rows, row{c.Request, c.Caller, c.Expected})
	}
	for _, r := range rows {
		for i := range widths {
			widths[i] = max(widths[i], utf8.RuneCountInString(r.cells()[i]))
		}
	}
	return widths
}

// width is how many columns the output has at most.
const width = 100

// printDenials prints audit lines of what was refused, for people: of each
// reason the first.
func printDenials(out io.Writer, lines []audit.Line) {
	fmt.Fprintf(out, "\n  Why requests were refused: of %d audit lines of the authorizers the first of each reason\n\n", len(lines))
	seen := map[access.Reason]bool{}
	for _, line := range lines {
		if seen[line.Reason] {
			continue
		}
		seen[line.Reason] = true
		fmt.Fprintf(out, "  %s  %s  decision %s\n", pad(string(line.Reason), 22), pad(line.Route, 24), line.DecisionID)
		for _, detail := range details(line) {
			fmt.Fprint(out, wrap(detail))
		}
	}
}

// wrap breaks a text into lines between words, as wide as there is room.
func wrap(text string) string {
	const indent = "      "
	var wrapped strings.Builder
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(indent+line+" "+word) > width {
			wrapped.WriteString(indent + line + "\n")
			line = "  " + word
			continue
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return wrapped.String() + indent + line + "\n"
}

// details says who was refused, and what the line has beyond the reason. What
// a token says whose signature was not verified is marked as a claim.
func details(line audit.Line) []string {
	var details []string
	if line.ClientID != "" {
		details = append(details, "client "+line.ClientID+", scope "+line.Scope)
	}
	if len(line.Missing) > 0 {
		details = append(details, "missing "+strings.Join(line.Missing, " "))
	}
	if claimed := line.Claimed; claimed != nil {
		var says []string
		for _, claim := range []struct{ name, value string }{
			{"iss", claimed.Issuer}, {"sub", claimed.Subject}, {"client_id", claimed.ClientID}, {"alg", claimed.Algorithm},
		} {
			if claim.value != "" {
				says = append(says, claim.name+" "+claim.value)
			}
		}
		details = append(details, "claimed, not verified: "+strings.Join(says, ", "))
	}
	if line.Detail != "" {
		details = append(details, line.Detail)
	}
	return details
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}
