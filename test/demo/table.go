package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/test/internal/calls"
)

// sendAll runs the cases, prints a row for each as it comes back, and returns
// how many were not as expected.
func sendAll(ctx context.Context, out io.Writer, cases []calls.Case) (differ int) {
	widths := [3]int{len("request"), len("caller"), len("expected")}
	for _, c := range cases {
		for i, cell := range [3]string{c.Request, c.Caller, c.Expected} {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	row := func(mark, request, caller, expected, got string) {
		fmt.Fprintf(out, "  %s %s  %s  %s  %s\n", mark, pad(request, widths[0]), pad(caller, widths[1]), pad(expected, widths[2]), got)
	}
	part := ""
	for _, c := range cases {
		if c.Part != part {
			if part != "" {
				fmt.Fprintln(out)
			}
			part = c.Part
			fmt.Fprintf(out, "  To %s:\n\n", part)
			row(" ", "request", "caller", "expected", "got")
		}
		result := c.Run(ctx)
		if ctx.Err() != nil {
			return differ
		}
		if result.Err == nil {
			row("✓", c.Request, c.Caller, c.Expected, result.Got)
			continue
		}
		differ++
		row("✗", c.Request, c.Caller, c.Expected, result.Got)
		fmt.Fprintf(out, "      %v\n", result.Err)
	}
	fmt.Fprintln(out, "\n  \"not asked\": the gateway answered by itself or from its cache, without the authorizer.")
	return differ
}

// printDenials prints the audit lines of what was refused, for people.
func printDenials(out io.Writer, lines []audit.Line) {
	fmt.Fprintf(out, "\n  Why requests were refused: the authorizer's audit lines\n\n")
	for _, line := range lines {
		fmt.Fprintf(out, "  %s  %s  decision %s\n", pad(string(line.Reason), 22), pad(line.Route, 27), line.DecisionID)
		for _, detail := range details(line) {
			fmt.Fprintf(out, "      %s\n", detail)
		}
	}
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
